from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from backend.accounts.features import FeatureOff
from backend.accounts.models import User
from backend.ledger.models import Movement
from live.models import ReadingSession
from payouts.models import AutoReload, TopUp
from payouts.wallet.services import reloads
from tests import builders

PAGE = "/staff/features/"
OFF = {"percent": "100", "note": "Stripe is down"}
pytestmark = pytest.mark.django_db


def test_a_switched_off_feature_is_closed_with_a_clear_word(
    staff: Client, maya: User, at: datetime
) -> None:
    reader = builders.a_reader(at=at)
    for name in ("top_ups", "readings"):
        answer = staff.post(f"{PAGE}{name}/", OFF)
        assert answer.headers["Location"] == PAGE
    shown = staff.get(PAGE).content.decode()
    assert shown.count(">Closed</span>") == 2
    assert "Root, " in shown

    client = builders.api(maya)
    moved = Movement.objects.count()
    asked = {"amount_cents": 2_000}
    refused = client.post("/api/v1/payments/topups/", asked, **builders.key())
    assert (refused.status_code, refused.json()["code"]) == (503, "feature_off")
    assert "Adding money is paused for the moment" in refused.json()["detail"]
    body = {"reader_id": str(reader.pk), "kind": "chat"}
    refused = client.post("/api/v1/sessions/", body, **builders.key())
    assert refused.json()["code"] == "feature_off"
    assert (TopUp.objects.count(), ReadingSession.objects.count()) == (0, 0)
    assert Movement.objects.count() == moved


def test_auto_reload_is_refused_while_it_is_switched_off(
    staff: Client, maya: User, at: datetime
) -> None:
    staff.post(f"{PAGE}auto_reload/", OFF)
    wish = reloads.Wish(2_000, 1_000, 4_000, card_id=uuid4())

    with pytest.raises(FeatureOff, match="Auto-reload is paused"):
        reloads.switch_on(client=maya, wish=wish, consents=True, at=at)
    assert not AutoReload.objects.exists()


def test_a_switch_needs_a_reason_and_a_known_feature(staff: Client) -> None:
    wrong = staff.post(f"{PAGE}top_ups/", {**OFF, "note": " "})
    assert (wrong.status_code, "Say why" in wrong.content.decode()) == (422, True)
    assert staff.post(f"{PAGE}teleport/", OFF).status_code == 404
    assert ">Closed</span>" not in staff.get(PAGE).content.decode()

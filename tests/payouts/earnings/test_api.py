"""The doors of readers to what they are paid, and of nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.core import clock
from payouts.earnings.services import holds
from payouts.models import ConnectAccount, PayoutTerms
from tests import builders
from tests.payouts.earnings.conftest import House, earn

pytestmark = pytest.mark.sandbox
BASE = "/api/v1/payouts/"


def see(reader: User, door: str = "") -> Any:
    answer = builders.api(reader).get(f"{BASE}{door}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_preview_says_how_much_or_why_not(house: House) -> None:
    night = house.at = house.at.replace(hour=1, minute=0, second=0)
    with clock.frozen(night):
        reader = house.reader(8_410, connected=False)
        seen = see(reader, "preview/")
        assert (seen["cents"], seen["expected_cents"], seen["code"]) == (0, 8_410, "no_account")
        house.connect(reader)
        seen = see(reader, "preview/")
        assert (seen["cents"], seen["code"]) == (8_410, "")
        assert seen["words"] == "Tonight 02:00 UTC: $84.10"
        until = night + timedelta(hours=48)
        holds.hold(reader_id=reader.pk, until=until, reason="your e-mail address changed", at=night)
        held = see(reader, "preview/")
        assert (held["cents"], held["code"]) == (0, "held")
        assert held["words"].endswith("01:00 UTC, because your e-mail address changed.")
        holds.hold(reader_id=reader.pk, until=night, reason="less", at=night)
        assert PayoutTerms.objects.get(pk=reader.pk).held_until == until, "the longer one stays"


def test_a_reader_may_wait_for_more_but_not_for_less(house: House) -> None:
    reader = house.reader(8_410)
    api = builders.api(reader)
    for wrong in (1_499, 1_000_001, "2000", 20.5, None):
        assert api.put(f"{BASE}threshold/", {"threshold_cents": wrong}).status_code == 400
    answer = api.put(f"{BASE}threshold/", {"threshold_cents": 10_000})
    assert (answer.status_code, answer.json()["threshold_cents"]) == (200, 10_000)
    assert answer.json()["words"] == "$15.90 short of $100.00, carried over."
    house.night()
    assert house.transfers() == []
    earn(reader, 1_590, at=house.at)
    house.night(house.at + timedelta(days=1))
    assert [one.amount for one in house.transfers()] == [10_000]


def test_the_history_is_ones_own_and_says_why_something_waited(house: House) -> None:
    reader, other = house.reader(2_000), house.reader(3_000, connected=False)
    house.night()
    (sent,) = see(reader)["results"]
    assert (sent["state"], sent["amount_cents"]) == ("sent", 2_000)
    assert sent["transfer_id"].startswith("tr_")
    (waited,) = see(other)["results"]
    assert (waited["state"], waited["reason"]) == ("waited", "no_account")
    assert waited["reason_text"] == "Tell Stripe where your money should go."
    assert builders.api(builders.a_client(at=house.at)).get(BASE).status_code == 403


def test_onboarding_wants_a_fresh_sign_in(house: House) -> None:
    reader, browser = house.reader(connected=False), Client()
    browser.force_login(reader)
    refused = browser.post(f"{BASE}onboarding/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "fresh_sign_in_needed")
    assert not ConnectAccount.objects.exists()
    browser = Client()
    signed = browser.post(
        "/accounts/login/", {"login": reader.email, "password": builders.PASSWORD}
    )
    assert signed.status_code == 302
    links = {
        browser.post(f"{BASE}onboarding/", {}, content_type="application/json").json()["url"]
        for _ in range(2)
    }
    assert len(links) == 2
    assert see(reader, "onboarding/")["state"] == "unfinished"
    house.sandbox.onboard(str(house.account(reader).account_id))
    changed = browser.post(f"{BASE}onboarding/", {"change": True}, content_type="application/json")
    assert (changed.status_code, house.account(reader).number) == (200, 2)

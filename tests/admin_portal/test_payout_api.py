"""Staff look ahead, order a run, watch it and try again; every act is kept."""

from __future__ import annotations

from datetime import datetime

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import AuditEntry, User
from backend.ledger import movements
from payouts.earnings.services import holds, working
from payouts.models import Payout, PayoutRun
from tests import builders
from tests.payouts.earnings.conftest import earn

BASE = "/api/v1/admin/payouts/"


@pytest.fixture
def reader(db: None, at: datetime) -> User:
    """A reader with $20.00 payable and no account at Stripe."""
    found = builders.a_reader(at=at, online=False).user
    earn(found, 2_000, at=at)
    movements.mature_due(at=at)
    return found


def test_a_dry_run_moves_nothing_and_an_order_is_worked_row_by_row(
    as_root: APIClient, root: User, reader: User, at: datetime
) -> None:
    dry = as_root.post(f"{BASE}runs/", {"dry_run": True}, **builders.key()).json()
    assert (dry["run"], dry["plan"]["pay_count"], dry["plan"]["waiting"]) == (
        None,
        0,
        {"no_account": 1},
    )
    (row,) = dry["plan"]["rows"]
    assert (row["reader_name"], row["cents"], row["code"]) == (
        reader.display_name,
        2_000,
        "no_account",
    )
    assert not PayoutRun.objects.exists()

    key = builders.key()
    answers = [as_root.post(f"{BASE}runs/", {"dry_run": False}, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    run = PayoutRun.objects.get()
    working.work(run_id=run.pk, at=at)
    shown = as_root.get(f"{BASE}runs/{run.pk}/").json()
    assert (shown["run"]["ordered_by"], shown["run"]["waited_count"]) == ("Root", 1)
    (payout,) = shown["results"]
    assert (payout["reader_name"], payout["state"]) == (reader.display_name, "waited")
    assert as_root.get(f"{BASE}runs/{run.pk}/?state=sent").json()["results"] == []
    assert as_root.get(f"{BASE}runs/").json()["results"][0]["id"] == str(run.pk)

    retried = as_root.post(f"{BASE}{payout['id']}/retry/", **builders.key())
    assert (retried.status_code, retried.json()["state"]) == (200, "queued")
    again = as_root.post(f"{BASE}{payout['id']}/retry/", **builders.key())
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    assert PayoutRun.objects.get().state == "paying"
    kept = AuditEntry.objects.filter(actor=root).order_by("id").values_list("act", "about")
    assert list(kept) == [
        ("payout_run.order", f"payout_run:{run.pk}"),
        ("payout.retry", f"payout:{payout['id']}"),
    ]


def test_a_stop_is_lifted_with_a_reason(
    as_root: APIClient, root: User, reader: User, at: datetime
) -> None:
    holds.stop(reader_id=reader.pk, reason="A transfer came back.", at=at)
    url = f"/api/v1/admin/readers/{reader.pk}/lift-payouts/"
    assert as_root.post(url, {}).status_code == 400
    assert as_root.post(url, {"reason": "Looked into it."}).status_code == 204
    assert as_root.post(url, {"reason": "Again."}).status_code == 409
    entry = AuditEntry.objects.get(act="payouts.lift")
    assert (entry.actor, entry.reason) == (root, "Looked into it.")
    assert entry.facts == {"stopped_because": "A transfer came back."}
    assert not Payout.objects.exists()

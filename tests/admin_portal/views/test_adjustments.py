"""Adjustments on staff pages and over the API: look first, then one or two signatures."""

from __future__ import annotations

import re
from datetime import datetime

from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.ledger import selectors as ledger
from backend.ledger.models import Adjustment
from tests import builders
from tests.backend.ledger.conftest import everything

NEW = "/staff/adjustments/new/"
API = "/api/v1/admin/adjustments/"


def typed(maya: User, dollars: str, **more: str) -> dict[str, str]:
    wish = {"person": maya.email, "direction": "give", "dollars": dollars, "reason": "It froze"}
    return {**wish, **more}


def test_what_would_be_written_is_shown_before_anything_moves(staff: Client, maya: User) -> None:
    before = everything()[2:]
    shown = staff.post(NEW, typed(maya, "12.50")).content.decode()
    assert "Cr cash of a client" in shown
    assert (everything()[2:], Adjustment.objects.count()) == (before, 0)

    key = re.search(r'name="adjustment_id" value="([^"]+)"', shown)
    assert key is not None
    for _ in range(2):  # a double click
        done = staff.post(NEW, typed(maya, "12.50", adjustment_id=key[1]), follow=True)
        assert "Posted" in done.content.decode()
    assert ledger.balance_of(maya.pk).cash_cents == 1_250
    assert staff.get(f"/staff/ledger/people/{maya.pk}/").status_code == 200


def test_a_large_one_is_approved_by_another_browser(staff: Client, maya: User) -> None:
    shown = staff.post(NEW, typed(maya, "250")).content.decode()
    assert "waits for a second admin" in shown
    key = re.search(r'name="adjustment_id" value="([^"]+)"', shown)
    assert key is not None
    staff.post(NEW, typed(maya, "250", adjustment_id=key[1]))
    page = f"/staff/adjustments/{Adjustment.objects.get().pk}/"

    assert "You asked for this" in staff.get(page).content.decode()
    refused = staff.post(f"{page}approve/", follow=True).content.decode()
    assert "another admin has to approve it" in refused
    assert ledger.balance_of(maya.pk).cash_cents == 0
    other = builders.staff_browser()
    assert "Approve $250.00" in other.get(page).content.decode()
    assert other.post(f"{page}refuse/", {"answer": ""}).status_code == 422
    assert "Approved and posted." in other.post(f"{page}approve/", follow=True).content.decode()
    assert ledger.balance_of(maya.pk).cash_cents == 25_000
    assert "Maya" in staff.get("/staff/adjustments/?state=posted").content.decode()


def test_a_wrong_form_says_so_and_moves_nothing(
    staff: Client, root: User, maya: User, at: datetime
) -> None:
    reader = builders.a_reader(at=at).user
    before = everything()[2:]
    for wish in (
        typed(maya, "0"),
        typed(maya, "1.005"),
        typed(maya, "1e3") | {"person": "nobody@x.test"},
        typed(maya, "5", reason=" "),
        typed(reader, "5", direction="take"),
        typed(root, "5"),
        typed(maya, "5", direction="take", adjustment_id="0198d4a0-0000-7000-8000-000000000000"),
    ):
        assert staff.post(NEW, wish).status_code == 422, wish
    short = staff.post(NEW, typed(maya, "5", direction="take")).content.decode()
    assert "$5.00 short of it" in short
    assert (everything()[2:], Adjustment.objects.count()) == (before, 0)


def test_the_api_asks_and_a_second_admin_answers(as_root: APIClient, maya: User) -> None:
    wish = {"person_id": str(maya.pk), "cents": 20_000, "reason": "A long silence"}
    key = {"Idempotency-Key": "a"}
    made = as_root.post(API, wish, headers=key)
    assert as_root.post(API, wish, headers=key).json() == made.json()
    assert (made.status_code, made.json()["state"]) == (201, "requested")
    one = f"{API}{made.json()['id']}/"
    again = as_root.post(f"{one}approve/", headers={"Idempotency-Key": "b"})
    assert (again.status_code, again.json()["code"]) == (403, "same_person")
    second = builders.api(builders.an_admin())
    done = second.post(f"{one}approve/", headers={"Idempotency-Key": "c"})
    assert (done.status_code, done.json()["state"]) == (200, "posted")
    late = second.post(f"{one}refuse/", {"answer": "x"}, headers={"Idempotency-Key": "d"})
    assert (late.status_code, late.json()["code"]) == (409, "illegal_move")
    assert second.get(one).json()["movement_id"]
    assert [row["state"] for row in second.get(API).json()["results"]] == ["posted"]
    taken = as_root.post(API, {**wish, "cents": -20_001}, headers={"Idempotency-Key": "e"})
    assert (taken.status_code, taken.json()["code"]) == (402, "insufficient_funds")
    mine = as_root.post(API, wish, headers={"Idempotency-Key": "f"}).json()["id"]
    back = as_root.post(f"{API}{mine}/withdraw/", headers={"Idempotency-Key": "g"})
    assert back.json()["state"] == "withdrawn"

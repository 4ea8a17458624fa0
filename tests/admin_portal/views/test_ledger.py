"""The ledger's staff pages and API: they read, and change nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.ledger.models import Movement, Pot
from tests import builders
from tests.backend.ledger.conftest import everything, read

LEDGER = "/staff/ledger/"


@pytest.fixture
def reading(maya: User, at: datetime) -> Movement:
    """The capture of a reading of Maya's."""
    read(maya, builders.a_reader(at=at, name="Ravenna").user, at, cash_cents=399)
    return Movement.objects.get(kind="capture")


def test_the_pages_show_the_money_and_lead_on(staff: Client, maya: User, reading: Movement) -> None:
    before = everything()
    wallet = Pot.objects.get(owner=maya, kind="client_wallet")

    listed = staff.get(LEDGER).content.decode()
    assert all(word in listed for word in ("$3.99", "Maya", "Ravenna", reading.key))
    opened = staff.get(f"{LEDGER}movements/{reading.pk}/").content.decode()
    assert all(word in opened for word in ("$2.79", "$1.20", "held for a reading"))
    assert "All pots sum to $0.00" in staff.get(f"{LEDGER}pots/").content.decode()
    assert "Held for a reading" in staff.get(f"{LEDGER}pots/{wallet.pk}/").content.decode()
    mine = staff.get(f"{LEDGER}people/{maya.pk}/").content.decode()
    assert "Adjust their wallet" in mine
    clearing = Pot.objects.get(kind="stripe_clearing")
    assert staff.get(f"{LEDGER}pots/{clearing.pk}/").status_code == 200
    assert everything() == before


def test_filters_narrow_and_say_what_is_wrong(staff: Client, maya: User, reading: Movement) -> None:
    narrowed = staff.get(LEDGER, {"kind": "capture", "person": maya.email, "least": "3.99"})
    assert len(narrowed.context["page"].rows) == 1
    assert staff.get(LEDGER, {"least": "4"}).context["page"].rows == []
    wrong = staff.get(LEDGER, {"person": "nobody@x.test", "before": "x"})
    assert "Nobody goes by this e-mail or id." in wrong.content.decode()


def test_a_jump_lands_on_the_page_of_the_thing(
    staff: Client, maya: User, reading: Movement
) -> None:
    for name, page in (
        (str(reading.pk), f"{LEDGER}movements/{reading.pk}/"),
        (maya.email, f"{LEDGER}people/{maya.pk}/"),
        ("pi_nothing", LEDGER),
    ):
        assert staff.get(f"{LEDGER}find/", {"q": name}).headers["Location"] == page
    about = staff.get(f"{LEDGER}find/", {"q": reading.about}).headers["Location"]
    assert about == f"{LEDGER}?about={reading.about.replace(':', '%3A')}"
    for nowhere in (f"{LEDGER}movements/{maya.pk}/", f"{LEDGER}pots/999999/"):
        assert staff.get(nowhere).status_code == 404


def test_the_api_gives_pages_and_one_movement(as_root: APIClient, reading: Movement) -> None:
    first = as_root.get("/api/v1/admin/ledger/movements/", {"limit": 3}).json()
    second = as_root.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (3, 2, None)
    one = as_root.get(f"/api/v1/admin/ledger/movements/{reading.pk}/").json()
    assert sum(line["cents"] for line in one["transfers"]) == 399
    assert {"hold", "capture", "release"} <= {row["kind"] for row in one["related"]}
    for wrong in ({"kind": "nonsense"}, {"cursor": "x"}, {"limit": 101}, {"least_cents": -1}):
        assert as_root.get("/api/v1/admin/ledger/movements/", wrong).status_code == 400


def test_the_ledger_is_for_admins(client: Client, maya: User, reading: Movement) -> None:
    client.force_login(maya)

    for page in (LEDGER, f"{LEDGER}pots/", f"{LEDGER}movements/{reading.pk}/"):
        assert client.get(page).status_code == 403
    api = builders.api(maya)
    assert api.get("/api/v1/admin/ledger/movements/").status_code == 403

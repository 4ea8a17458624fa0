"""Flagged earnings, as staff see and decide them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import traces
from backend.core import clock
from backend.ledger import flags, movements
from backend.ledger.models import Flag
from tests import builders

PAGE = "/staff/flags/"


@pytest.fixture
def flag(maya: User, at: datetime) -> Flag:
    """Maya and her reader used one device; $3.05 are held."""
    ana = builders.a_reader(at=at, name="Ana").user
    for person in (maya, ana):
        traces.note(user_id=person.pk, seen={"device": "d"}, at=at)
    later = at + timedelta(days=1)
    movements.open_lot(about="session:1", reader_id=ana.pk, earned_cents=305, matures_at=later)
    flags.examine(about="session:1", client_id=maya.pk, reader_id=ana.pk, at=at)
    return Flag.objects.get()


def test_an_admin_sees_why_and_clears_it(staff: Client, flag: Flag, at: datetime) -> None:
    shown = staff.get(PAGE).content.decode()
    assert all(words in shown for words in ("Maya", "Ana", "$3.05", "device", "Earnings held"))

    with clock.frozen(at):
        answer = staff.post(f"{PAGE}{flag.pk}/clear/", {"reason": "One household"})

    assert answer.headers["Location"] == PAGE
    flag.refresh_from_db()
    assert (flag.state, flag.lot.matures_at) == ("cleared", at + timedelta(days=1))
    assert "One household" not in staff.get(PAGE).content.decode()
    assert "by Root: One household" in staff.get(f"{PAGE}?state=cleared").content.decode()


def test_a_decision_needs_a_reason(staff: Client, flag: Flag) -> None:
    for act in ("clear", "confirm"):
        answer = staff.post(f"{PAGE}{flag.pk}/{act}/", {"reason": " "})
        assert (answer.status_code, "Say why" in answer.content.decode()) == (422, True)

    flag.refresh_from_db()
    assert flag.state == "open"


def test_the_second_of_two_admins_is_told_that_it_is_decided(staff: Client, flag: Flag) -> None:
    staff.post(f"{PAGE}{flag.pk}/confirm/", {"reason": "Told us"})
    late = staff.post(f"{PAGE}{flag.pk}/clear/", {"reason": "Looks fine"}, follow=True)

    assert "Somebody has decided this already" in late.content.decode()
    flag.refresh_from_db()
    assert (flag.state, flag.reason, flag.lot.matures_at) == ("confirmed", "Told us", None)


def test_neither_of_the_two_can_look_or_decide(flag: Flag, maya: User) -> None:
    for person in (maya, flag.lot.reader):
        browser = Client()
        browser.force_login(person)
        assert browser.get(PAGE).status_code == 403
        assert browser.post(f"{PAGE}{flag.pk}/clear/", {"reason": "x"}).status_code == 403

    flag.refresh_from_db()
    assert flag.state == "open"


def test_old_flags_are_reached_page_by_page(staff: Client, flag: Flag) -> None:
    assert staff.get(f"{PAGE}?state=nonsense&before=x").status_code == 200
    older = staff.get(f"{PAGE}?before={flag.pk}").content.decode()

    assert "Nothing to decide" in older

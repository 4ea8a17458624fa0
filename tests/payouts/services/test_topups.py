"""Opening a hosted page: limits that hold, tries that can be repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.services import accounts
from backend.core import announcements
from backend.core.errors import Forbidden, IllegalMove
from backend.ledger.announcements import CheckoutOpened
from payouts import selectors
from payouts.errors import AmountOutOfBounds, ChargerUnreachable, DailyCapReached
from payouts.models import TopUp
from payouts.services import reconciliation, topups
from payouts.states import TopUpStatus
from tests import builders
from tests.payouts.conftest import TO_THE_BANK, Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
SESSIONS = "POST /v1/checkout/sessions"


@pytest.mark.parametrize("cents", [500, 50_000])
def test_the_smallest_and_the_largest_are_taken(till: Till, cents: int) -> None:
    assert till.start(cents).status == TopUpStatus.OPEN


@pytest.mark.parametrize("cents", [-1, 0, 499, 50_001])
def test_beyond_them_nothing_is_begun(till: Till, cents: int) -> None:
    with pytest.raises(AmountOutOfBounds):
        till.start(cents)
    assert not TopUp.objects.exists()


def test_only_clients_in_good_standing_add_money(till: Till) -> None:
    for user in (builders.a_reader(at=till.at, online=False).user, builders.an_admin()):
        with pytest.raises(Forbidden):
            topups.start(client=user, key="k", amount_cents=500, at=till.at)
    accounts.freeze(user_id=till.client.pk, at=till.at)
    with pytest.raises(Forbidden):
        till.start()
    assert not TopUp.objects.exists()


def test_a_page_that_expired_frees_its_part_of_the_daily_cap(till: Till) -> None:
    till.start(50_000, key="a")
    till.start(50_000, key="b")
    with pytest.raises(DailyCapReached):
        till.start(500, key="c")
    later = till.at + timedelta(minutes=61)
    till.sandbox.advance(61 * 60)
    reconciliation.ask_about_unfinished(at=later)
    topups.start(client=till.client, key="c", amount_cents=50_000, at=later)


def test_the_daily_cap_is_of_the_last_24_hours(till: Till) -> None:
    for key in ("a", "b"):
        till.pay(till.start(50_000, key=key))
    till.hear()
    hours_23, hours_25 = (till.at + timedelta(hours=hours) for hours in (23, 25))
    with pytest.raises(DailyCapReached):
        topups.start(client=till.client, key="c", amount_cents=500, at=hours_23)
    till.sandbox.advance(25 * 3600)
    topups.start(client=till.client, key="c", amount_cents=500, at=hours_25)


def test_a_try_may_be_repeated_for_half_an_hour(till: Till) -> None:
    till.sandbox.fault("reset", SESSIONS, times=3)
    with pytest.raises(ChargerUnreachable):
        till.start()
    till.sandbox.advance(28 * 60)
    again = {"client": till.client, "key": "k", "amount_cents": 2000}
    assert topups.start(**again, at=till.at + timedelta(minutes=28)).checkout_url


def test_a_try_that_is_older_has_to_be_begun_anew(till: Till) -> None:
    till.sandbox.fault("reset", SESSIONS, times=3)
    with pytest.raises(ChargerUnreachable):
        till.start()
    again = {"client": till.client, "key": "k", "amount_cents": 2000}
    with pytest.raises(IllegalMove):
        topups.start(**again, at=till.at + timedelta(minutes=30))
    assert till.stripe.v1.checkout.sessions.list().data == []


def test_a_running_reading_hears_that_the_client_is_paying(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[CheckoutOpened] = []
    monkeypatch.setitem(announcements._reactions, CheckoutOpened, [heard.append])
    top_up = till.start()
    till.start()
    assert heard == [CheckoutOpened(client_id=till.client.pk, until=top_up.expires_at)]


def test_it_is_known_whether_a_page_is_open(till: Till) -> None:
    def is_open(later: timedelta = timedelta(0)) -> bool:
        return selectors.open_checkout_of(till.client.pk, now=till.at + later)

    assert not is_open()
    top_up = till.start()
    assert is_open()
    assert not is_open(timedelta(hours=2))
    till.pay(top_up, TO_THE_BANK)
    till.hear()
    assert is_open()
    till.sandbox.bank(TopUp.objects.get().payment_intent_id or "", approve=True)
    till.hear()
    assert not is_open()

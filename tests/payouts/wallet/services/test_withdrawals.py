"""Unused money back to the cards, over the real stand-in with its faults: cases 57 and 58."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from backend.accounts.announcements import EmailChanged
from backend.accounts.models import User
from backend.accounts.services import exclusions
from backend.core import engines
from backend.core.announcements import announce
from backend.core.errors import DomainError, Forbidden
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.ledger.errors import InsufficientFunds
from backend.ledger.models import Pot, PotKind
from payouts.adapters.stripe_refunds import StripeRefunds
from payouts.models import ReconIssue, Withdrawal, WithdrawalHold, WithdrawalPart
from payouts.ports import RefundOrder, RefundState
from payouts.services import reconciliation
from payouts.wallet import selectors
from payouts.wallet.errors import OneWithdrawalADay, WithdrawalKeyReused, WithdrawalsHeld
from payouts.wallet.services import refunds, withdrawals
from tests import builders
from tests.payouts.wallet.conftest import Purse, race

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
LATE_REFUND, FAILING_REFUND = "4000000000007726", "4000000000005126"


def parts() -> list[tuple[int, str]]:
    """Every part of every withdrawal: cents and state."""
    return list(WithdrawalPart.objects.order_by("withdrawal", "n").values_list("cents", "state"))


def assert_refused(purse: Purse, error: type[DomainError], act: Callable[[], object]) -> None:
    """The act is refused; nothing moved, here or at Stripe."""
    before = purse.cash, Withdrawal.objects.count(), len(purse.refunds)
    with pytest.raises(error):
        act()
    purse.send()
    assert (purse.cash, Withdrawal.objects.count(), len(purse.refunds)) == before


def test_the_newest_payment_goes_back_first_each_to_its_own_card(purse: Purse) -> None:
    old = purse.top_up(2_000, key="old")
    new = purse.top_up(1_000, "5555555555554444", key="new")
    shown = selectors.shares_of(purse.client, 2_500, at=purse.at)
    assert [(s.card_label, s.cents) for s in shown] == [
        ("Mastercard ending 4444", 1_000),
        ("Visa ending 4242", 1_500),
    ]
    withdrawal = purse.withdraw(2_500)
    assert (purse.cash, purse.refunds) == (500, []), "nothing is sent inside the transaction"
    purse.send()

    assert parts() == [(1_000, "confirmed"), (1_500, "confirmed")]
    assert {(r.payment_intent, r.amount) for r in purse.refunds} == {
        (new.payment_intent_id, 1_000),
        (old.payment_intent_id, 1_500),
    }
    assert purse.withdraw(2_500).pk == withdrawal.pk, "the same key is the same withdrawal"
    purse.send()
    purse.till.hear()
    assert (purse.cash, len(purse.refunds)) == (500, 2)
    assert "$25.00 goes back to your card" in purse.told()
    purse.assert_sound()


def test_what_may_not_go_back_is_refused(purse: Purse) -> None:
    purse.top_up(2_000)
    assert_refused(purse, InsufficientFunds, lambda: purse.withdraw(2_001))
    assert_refused(purse, DomainError, lambda: purse.withdraw(0))
    stranger = builders.an_admin()
    assert_refused(
        purse,
        Forbidden,
        lambda: withdrawals.request(client=stranger, key="w", cents=100, at=purse.at),
    )
    purse.withdraw(500)
    with pytest.raises(WithdrawalKeyReused):
        purse.withdraw(501)
    with pytest.raises(OneWithdrawalADay) as refused:
        purse.withdraw(500, key="again")
    assert refused.value.extra["next_at"]
    assert purse.cash == 1_500


def test_a_withdrawal_that_came_back_whole_does_not_count(purse: Purse) -> None:
    purse.top_up(2_000, FAILING_REFUND)
    purse.withdraw(2_000)
    purse.send()
    purse.till.sandbox.order(f"refunds/{purse.refunds[0].id}/end", status="failed")
    purse.till.hear()
    assert purse.cash == 2_000
    purse.withdraw(2_000, key="again")


def test_whoever_excluded_themselves_still_gets_their_money(purse: Purse) -> None:
    purse.top_up(2_000)
    exclusions.begin(user=purse.client, days=None, at=purse.at)
    purse.withdraw(2_000)
    purse.send()
    assert (purse.cash, parts()) == (0, [(2_000, "confirmed")])


def test_what_is_on_its_way_is_not_sent_twice_the_day_after(purse: Purse) -> None:
    purse.top_up(2_000, LATE_REFUND)
    purse.withdraw(1_500)
    purse.send()
    assert parts() == [(1_500, "sent")]
    tomorrow = purse.at + timedelta(days=1)
    shares = selectors.shares_of(purse.client, 2_000, at=tomorrow)
    assert [share.cents for share in shares] == [500]
    purse.till.sandbox.advance(4 * 86_400)
    refunds.ask_about_sent(at=tomorrow)

    assert (parts(), purse.cash) == ([(1_500, "confirmed")], 500)
    purse.assert_sound()


@pytest.mark.parametrize("before_it", [True, False], ids=["confirmed first", "failed at once"])
def test_case_57_a_refund_that_fails_later_restores_the_wallet_once(
    purse: Purse, before_it: bool
) -> None:
    purse.top_up(2_000, FAILING_REFUND)
    purse.withdraw(1_200)
    if before_it:
        purse.send()
        assert (parts(), purse.cash) == ([(1_200, "confirmed")], 800)
        refund = purse.refunds[0]
    else:
        part = WithdrawalPart.objects.get()
        refund = _refund_unheard(purse, part)
    purse.till.sandbox.order(f"refunds/{refund.id}/end", status="failed")
    for _ in range(3):
        purse.till.hear()
        purse.send()

    assert (parts(), purse.cash) == ([(1_200, "failed")], 2_000)
    assert purse.told().count("$12.00 is back in your wallet") == 1
    assert len(purse.refunds) == 1
    reconciliation.run(at=purse.at)
    assert not ReconIssue.objects.exists()
    purse.assert_sound()


def _refund_unheard(purse: Purse, part: WithdrawalPart) -> Any:
    """The refund is made, and its answer is lost."""
    purse.till.sandbox.fault("reset_after", "POST /v1/refunds", times=3)
    purse.send()
    part.refresh_from_db()
    assert (part.state, part.refund_id) == ("waiting", None)
    return purse.refunds[0]


def test_case_58_a_refund_made_in_the_dashboard_is_booked_once_by_webhook(purse: Purse) -> None:
    top_up = purse.top_up(2_000)
    made = purse.till.sandbox.order(f"charges/{top_up.payment_intent_id}/refund", amount=700)
    for _ in range(2):
        purse.till.hear()

    assert purse.cash == 1_300
    line = ledger.activity_of(purse.client.pk)[0]
    assert (line.kind, line.amount_cents) == ("dashboard_refund", -700)
    shares = selectors.shares_of(purse.client, 2_000, at=purse.at)
    assert [share.cents for share in shares] == [1_300]
    reconciliation.run(at=purse.at)
    reconciliation.run_nightly(at=purse.at)
    assert not ReconIssue.objects.exists()
    purse.till.sandbox.order(f"refunds/{made['id']}/end", status="failed")
    for _ in range(2):
        purse.till.hear()
    assert purse.cash == 2_000, "and given back once when its bank refuses it"
    purse.assert_sound()


def test_case_58_what_is_spent_already_is_owed(purse: Purse) -> None:
    top_up = purse.top_up(2_000)
    reader = builders.a_reader(at=purse.at, online=False).user
    movements.send_gift(
        gift_id=top_up.pk, sender=purse.client, reader=reader, price_cents=1_500, at=purse.at
    )
    purse.till.sandbox.order(f"charges/{top_up.payment_intent_id}/refund")
    purse.till.hear()

    balance = ledger.balance_of(purse.client.pk)
    assert (balance.cash_cents, balance.debt_cents) == (0, 1_500)


def test_news_of_a_refund_in_any_order_give_the_same_ledger(purse: Purse) -> None:
    top_up = purse.till.start(2_000)
    purse.till.pay(top_up)
    payment = purse.charges[0]
    purse.till.sandbox.order(f"charges/{payment.id}/refund", amount=700)
    first_words = purse.till.stripe.v1.events.list(params={"limit": 100}).data
    wanted = ("payment_intent.succeeded", "charge.refunded", "refund.created", "refund.updated")
    chosen = [next(e for e in first_words if e.type == type_) for type_ in wanted]
    for order in permutations(chosen):
        with transaction.atomic():
            for event in order:
                purse.till.receive(event)
                purse.till.work()
            assert purse.cash == 1_300, [event.type for event in order]
            lines = [row.amount_cents for row in ledger.activity_of(purse.client.pk)]
            assert lines == [-700, 2_000]
            transaction.set_rollback(True)


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_worker_killed_beside_the_call_pays_back_exactly_once(
    purse: Purse, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse.top_up(2_000)
    purse.withdraw(1_500)
    with monkeypatch.context() as dying:
        if moment == "before the call":
            dying.setattr(StripeRefunds, "refund", _die)
        else:
            dying.setattr(refunds, "apply", _die)
        with pytest.raises(Killed):
            purse.send()
    assert (parts(), purse.cash) == ([(1_500, "waiting")], 500)
    purse.send()
    assert parts() == [(1_500, "waiting")], "somebody may still be at it"
    purse.at += refunds.LOST_AFTER
    purse.send()

    assert (parts(), purse.cash) == ([(1_500, "confirmed")], 500)
    assert [refund.amount for refund in purse.refunds] == [1_500]
    purse.assert_sound()


def _die(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize(
    ("kind", "times"), [("reset_after", 3), ("500_after", 1), ("reset", 3), ("500_before", 3)]
)
def test_an_unknown_outcome_is_looked_up_and_paid_back_once(
    purse: Purse, kind: str, times: int
) -> None:
    purse.top_up(2_000)
    purse.withdraw(1_500)
    purse.till.sandbox.fault(kind, "POST /v1/refunds", times=times)
    for _ in range(3):
        purse.send()
        purse.at += refunds.LOST_AFTER

    assert (parts(), purse.cash) == ([(1_500, "confirmed")], 500)
    assert [refund.amount for refund in purse.refunds] == [1_500]


def test_a_refund_whose_key_stripe_forgot_is_looked_for_and_not_made_again(purse: Purse) -> None:
    purse.top_up(2_000)
    purse.withdraw(500)
    purse.till.sandbox.fault("reset_after", "POST /v1/refunds", times=3)
    purse.send()
    purse.till.sandbox.advance(86_500)
    purse.at += withdrawals.DAY
    purse.send()

    assert (parts(), purse.cash) == ([(500, "confirmed")], 1_500)
    assert [refund.amount for refund in purse.refunds] == [500]


def test_a_refund_asked_for_again_is_the_same_when_the_first_arrives_late(purse: Purse) -> None:
    purse.top_up(2_000)
    asked = purse.withdraw(500)
    purse.till.sandbox.fault("reset", "POST /v1/refunds", times=3)
    purse.send()
    purse.at += refunds.LOST_AFTER
    purse.send()
    part = WithdrawalPart.objects.get()
    order = RefundOrder(part.pk, part.payment_intent_id, part.cents)
    late = engines.load("card_refunder").refund(order, key=f"wd:{asked.pk}:{part.n}")

    assert (parts(), purse.cash) == ([(500, "confirmed")], 1_500)
    assert [refund.id for refund in purse.refunds] == [late.id] == [part.refund_id]


def test_what_stripe_refuses_for_good_is_back_in_the_wallet(purse: Purse) -> None:
    top_up = purse.top_up(2_000)
    purse.withdraw(1_500)
    purse.till.sandbox.order(f"charges/{top_up.payment_intent_id}/refund", amount=1_000)
    purse.send()

    assert (parts(), purse.cash) == ([(1_500, "failed")], 2_000)
    purse.till.hear()
    assert purse.cash == 1_000, "and what was done by hand is booked as well"
    purse.assert_sound()


@pytest.mark.django_db(transaction=True)
def test_of_four_withdrawals_and_four_workers_at_once_one_goes_out_once(purse: Purse) -> None:
    purse.top_up(2_000)
    answers = race(lambda n: purse.withdraw(1_200, key=f"w{n}"), 4)
    assert sum(isinstance(answer, Withdrawal) for answer in answers) == 1
    assert {type(a) for a in answers} == {Withdrawal, OneWithdrawalADay}
    race(lambda _: purse.send(), 4)
    purse.at += refunds.LOST_AFTER
    purse.send()

    assert (parts(), purse.cash) == ([(1_200, "confirmed")], 800)
    assert [refund.amount for refund in purse.refunds] == [1_200]


def test_whoever_was_suspended_since_the_request_came_in_neither_takes_nor_adds_money(
    purse: Purse,
) -> None:
    """The request read the person before staff, or a bank, stopped them."""
    purse.top_up(2_000)
    type(purse.client).objects.filter(pk=purse.client.pk).update(frozen_at=purse.at)

    assert not purse.client.is_frozen, "what the request still believes"
    assert_refused(purse, Forbidden, lambda: purse.withdraw(1_000))
    assert_refused(purse, Forbidden, lambda: purse.till.start(1_000, "again"))


def test_a_refund_that_cannot_be_booked_does_not_hold_up_the_others(purse: Purse) -> None:
    purse.top_up(2_000)
    purse.withdraw(1_000)
    broken = Withdrawal.objects.create(
        client=builders.a_client(at=purse.at), key="b", cents=5, at=purse.at
    )
    broken.parts.create(n=1, payment_intent_id="pi_none", cents=5, state_since=purse.at)

    for minutes in (0, 3):
        refunds.send_due(at=purse.at + timedelta(minutes=minutes))

    assert parts() == [(1_000, "confirmed"), (5, "waiting")]


def test_another_e_mail_keeps_the_money_in_the_wallet_for_48_hours(purse: Purse) -> None:
    purse.top_up(2_000)
    asked = purse.withdraw(300)
    purse.send()
    changed = purse.at + timedelta(hours=25)
    for person in (purse.client, builders.a_reader(at=purse.at).user):
        announce(EmailChanged(user_id=person.pk, at=changed))
    assert WithdrawalHold.objects.get().client_id == purse.client.pk, "a reader has payouts held"

    def ask(later: timedelta) -> Withdrawal:
        at = changed + later
        return withdrawals.request(client=purse.client, key=f"{later}", cents=500, at=at)

    last = timedelta(hours=48) - timedelta(seconds=1)
    for later in (timedelta(0), last):
        assert_refused(purse, WithdrawalsHeld, partial(ask, later))
    with pytest.raises(WithdrawalsHeld) as refused:
        ask(last)
    until = changed + timedelta(hours=48)
    assert refused.value.code == "withdrawals_held"
    assert refused.value.extra == {"until": until.isoformat()}
    assert f"{until:%-d %B, %H:%M} UTC" in refused.value.detail
    assert purse.withdraw(300).pk == asked.pk, "what was asked for before goes its way"

    announce(EmailChanged(user_id=purse.client.pk, at=changed - timedelta(hours=1)))
    assert_refused(purse, WithdrawalsHeld, partial(ask, last))
    assert ask(timedelta(hours=48)).cents == 500
    purse.assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_refund_that_fails_while_its_client_takes_more_back_waits_its_turn(
    purse: Purse,
) -> None:
    """Both need the wallet and what is on its way: all is locked at once, in one order."""
    purse.top_up(2_000, LATE_REFUND)
    purse.withdraw(1_000)
    purse.send()
    assert parts() == [(1_000, "sent")]
    seen = StripeRefunds().refunds_of(WithdrawalPart.objects.get().payment_intent_id)[0]
    wallet_taken = Event()

    def take_back_slowly() -> None:
        """What a withdrawal locks, in its order."""
        mine = Pot.objects.filter(owner=purse.client).select_for_update(no_key=True)
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=purse.client.pk)
            mine.get(kind=PotKind.CLIENT_WALLET)
            wallet_taken.set()
            _wait_until_somebody_waits_for_us()
            mine.get(kind=PotKind.REFUND_PAYABLE)

    def hear_that_it_failed() -> None:
        assert wallet_taken.wait(timeout=30)
        refunds.apply(refund=replace(seen, state=RefundState.FAILED), at=purse.at)

    race(lambda n: hear_that_it_failed() if n else take_back_slowly(), 2)

    assert (parts(), purse.cash) == ([(1_000, "failed")], 2_000)
    purse.assert_sound()


def _wait_until_somebody_waits_for_us() -> None:
    with connection.cursor() as cursor:
        for _ in range(10_000):
            cursor.execute(
                "SELECT 1 FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
    pytest.fail("nobody waits")

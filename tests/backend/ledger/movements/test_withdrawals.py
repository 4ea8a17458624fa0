from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core import announcements
from backend.core.errors import IllegalMove, InvalidInput
from backend.ledger import audit, movements, refundables, selectors
from backend.ledger.announcements import WalletCredited, WalletSpent
from backend.ledger.errors import InsufficientFunds, KeyReused
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements import CardRefund, Chargeback
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    client_pots,
    everything,
    grant,
    owe,
    race,
)

REFUND = CardRefund("re_1", "pi_1", 600)


def pay(client: User, at: datetime, cents: int = 1_000, *, name: str = "pi_1") -> None:
    movements.top_up(
        client=client, amount_cents=cents, payment_intent_id=name, about="top_up:1", at=at
    )


def withdraw(
    client: User, at: datetime, cents: int = 600, *, withdrawal_id: UUID | None = None
) -> Movement:
    return movements.withdraw(
        withdrawal_id=withdrawal_id or uuid4(), client=client, cents=cents, at=at
    )


def confirm(client: User, at: datetime, refund: CardRefund = REFUND) -> Movement:
    return movements.confirm_refund(refund=refund, client=client, at=at)


def fail(client: User, at: datetime, refund: CardRefund = REFUND) -> Movement:
    return movements.fail_refund(refund=refund, client=client, at=at)


def by_hand(client: User, at: datetime, refund: CardRefund = REFUND) -> Movement:
    return movements.book_dashboard_refund(refund=refund, client=client, at=at)


def test_unused_money_is_set_aside_and_then_gone(client_: User, at: datetime) -> None:
    pay(client_, at)

    withdraw(client_, at)
    assert client_pots(client_) == {"cash": 400, "away": 600}

    assert confirm(client_, at) == confirm(client_, at + DAY)
    assert client_pots(client_) == {"cash": 400}
    assert selectors.platform_cents()[PotKind.STRIPE_CLEARING] == -400
    assert audit.proofs(at) == []


def test_a_withdrawal_asked_twice_is_one(client_: User, at: datetime) -> None:
    pay(client_, at)
    name = uuid4()
    first, before = withdraw(client_, at, withdrawal_id=name), everything()

    assert withdraw(client_, at, withdrawal_id=name) == first
    with pytest.raises(KeyReused):
        withdraw(client_, at, 599, withdrawal_id=name)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_of_ten_withdrawals_at_once_the_wallet_pays_one(at: datetime) -> None:
    client = a_person()
    pay(client, at)

    answers = race(lambda _: withdraw(client, at), 10)

    assert sum(isinstance(answer, InsufficientFunds) for answer in answers) == 9
    assert client_pots(client) == {"cash": 400, "away": 600}


def test_case_30_promotional_credit_and_goodwill_go_to_no_card(client_: User, at: datetime) -> None:
    pay(client_, at, 500)
    grant(client_, 300, at, until=at + DAY)
    movements.adjust(
        client=client_, adjustment_id=uuid4(), cents=200, reason="sorry",
        signed_by=[a_person(Role.ADMIN).pk], at=at,
    )  # fmt: skip
    before = everything()

    with pytest.raises(InsufficientFunds) as refused:
        withdraw(client_, at, 501)

    assert refused.value.available_cents == 500
    assert everything() == before


def test_no_more_goes_back_than_the_payments_of_180_days_brought(
    client_: User, at: datetime
) -> None:
    pay(client_, at - timedelta(days=180), name="pi_old")
    pay(client_, at, 300)
    assert refundables.withdrawable_cents(client_.pk, at=at) == 300

    withdraw(client_, at, 200)
    assert refundables.withdrawable_cents(client_.pk, at=at) == 100

    confirm(client_, at, CardRefund("re_1", "pi_1", 200))
    assert refundables.withdrawable_cents(client_.pk, at=at) == 100


def test_a_payment_that_its_bank_disputes_goes_back_only_by_the_bank(
    client_: User, at: datetime
) -> None:
    pay(client_, at, 300)
    pay(client_, at, 500, name="pi_2")
    dispute = Chargeback("dp_1", "pi_2", 100)
    movements.freeze_chargeback(chargeback=dispute, client=client_, at=at)
    assert refundables.withdrawable_cents(client_.pk, at=at) == 300

    movements.win_chargeback(chargeback=dispute, client=client_, at=at)
    assert refundables.withdrawable_cents(client_.pk, at=at) == 800


def test_payments_are_named_newest_first_with_what_is_left_of_them(
    client_: User, at: datetime
) -> None:
    pay(client_, at, 300)
    pay(client_, at + DAY, 500, name="pi_2")
    by_hand(client_, at, CardRefund("re_1", "pi_1", 100))
    by_hand(client_, at, CardRefund("re_2", "pi_2", 50))
    fail(client_, at, CardRefund("re_2", "pi_2", 50))

    paid = refundables.payments_of(client_.pk, at=at + DAY)

    assert [(payment.payment_intent_id, payment.left_cents) for payment in paid] == [
        ("pi_2", 500),
        ("pi_1", 200),
    ]


def test_a_refund_that_fails_is_back_in_the_wallet_once(client_: User, at: datetime) -> None:
    pay(client_, at)
    withdraw(client_, at)

    assert fail(client_, at) == fail(client_, at + DAY)

    assert client_pots(client_) == {"cash": 1_000}
    assert audit.proofs(at) == []


def test_case_57_a_confirmed_refund_that_fails_later_restores_the_wallet_once(
    client_: User, at: datetime
) -> None:
    pay(client_, at)
    withdraw(client_, at, 600)
    confirm(client_, at)
    withdraw(client_, at, 400)

    fail(client_, at)
    fail(client_, at)

    assert client_pots(client_) == {"cash": 600, "away": 400}
    assert selectors.platform_cents()[PotKind.STRIPE_CLEARING] == -1_000
    assert audit.proofs(at) == []


def test_a_failed_refund_pays_first_what_the_client_owes(client_: User, at: datetime) -> None:
    pay(client_, at)
    withdraw(client_, at, 1_000)
    owe(client_, 250, at)

    fail(client_, at)

    assert client_pots(client_) == {"cash": 350, "away": 400}
    assert audit.proofs(at) == []


def test_a_refund_that_failed_is_never_confirmed(client_: User, at: datetime) -> None:
    pay(client_, at)
    withdraw(client_, at)
    fail(client_, at)
    before = everything()

    for act in (confirm, by_hand):
        with pytest.raises(IllegalMove):
            act(client_, at)
    assert everything() == before


def test_more_than_is_on_its_way_is_neither_confirmed_nor_failed(
    client_: User, at: datetime
) -> None:
    pay(client_, at)
    withdraw(client_, at, 599)
    before = everything()

    for act in (confirm, fail):
        with pytest.raises(IllegalMove):
            act(client_, at)
    assert everything() == before


def test_a_confirmed_refund_fails_as_what_it_was(client_: User, at: datetime) -> None:
    pay(client_, at)
    withdraw(client_, at)
    confirm(client_, at)
    before = everything()

    for other in (CardRefund("re_1", "pi_1", 599), CardRefund("re_1", "pi_2", 600)):
        with pytest.raises(KeyReused):
            fail(client_, at, other)
    with pytest.raises(KeyReused):
        by_hand(client_, at)
    assert everything() == before


def test_case_58_a_refund_made_by_hand_takes_the_wallet_and_the_rest_is_owed(
    client_: User, at: datetime
) -> None:
    pay(client_, at, 400)

    assert by_hand(client_, at) == by_hand(client_, at)

    assert client_pots(client_) == {"receivable": -200}
    assert selectors.platform_cents()[PotKind.STRIPE_CLEARING] == -400 + 600
    assert audit.proofs(at) == []


def test_a_refund_made_by_hand_that_fails_pays_its_debt_back(client_: User, at: datetime) -> None:
    pay(client_, at, 400)
    by_hand(client_, at)

    fail(client_, at)

    assert client_pots(client_) == {"cash": 400}
    assert audit.proofs(at) == []


@pytest.mark.parametrize("cents", [0, -1])
def test_a_withdrawal_of_nothing_is_refused(client_: User, at: datetime, cents: int) -> None:
    with pytest.raises(InvalidInput):
        withdraw(client_, at, cents)


def test_others_hear_when_money_leaves_the_wallet_and_when_it_comes_back(
    client_: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    for kind in (WalletCredited, WalletSpent):
        monkeypatch.setitem(announcements._reactions, kind, [heard.append])
    pay(client_, at)
    withdraw(client_, at)
    fail(client_, at)
    fail(client_, at)

    assert [type(said) for said in heard] == [WalletCredited, WalletSpent, WalletCredited]

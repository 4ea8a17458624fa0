from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from backend.accounts.models import User
from backend.core.errors import InvalidInput
from backend.ledger import audit, movements, selectors
from backend.ledger.errors import KeyReused
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements import BalanceLine, CardRefund
from tests.backend.ledger.conftest import DAY, everything, mature, race, read

LINE = BalanceLine("txn_1", "po_1", 500)
pytestmark = pytest.mark.django_db
ACTS: dict[str, tuple[Callable[..., Movement], dict[str, object], dict[PotKind, int]]] = {
    "outflow": (
        movements.settle_outflow, {},
        {PotKind.STRIPE_CLEARING: -500, PotKind.STRIPE_BALANCE: 500},
    ),
    "return": (
        movements.settle_return, {},
        {PotKind.STRIPE_CLEARING: 500, PotKind.STRIPE_BALANCE: -500},
    ),
    "withheld": (
        movements.withhold, {"fee_cents": 15},
        {
            PotKind.DISPUTE_RECEIVABLE: -500,
            PotKind.DISPUTE_FEES: -15,
            PotKind.STRIPE_BALANCE: 515,
        },
    ),
    "reinstated": (
        movements.reinstate, {"fee_cents": 15},
        {
            PotKind.DISPUTE_RECEIVABLE: 500,
            PotKind.DISPUTE_FEES: 15,
            PotKind.STRIPE_BALANCE: -515,
        },
    ),
    "bank": (
        movements.pay_out_to_bank, {"returned": False},
        {PotKind.BANK: -500, PotKind.STRIPE_BALANCE: 500},
    ),
    "bank, returned": (
        movements.pay_out_to_bank, {"returned": True},
        {PotKind.BANK: 500, PotKind.STRIPE_BALANCE: -500},
    ),
    "a fee": (
        movements.book_unexplained, {"came_in": False, "is_fee": True, "reason": "radar"},
        {PotKind.STRIPE_FEES: -500, PotKind.STRIPE_BALANCE: 500},
    ),
    "unknown money": (
        movements.book_unexplained, {"came_in": True, "is_fee": False, "reason": "?"},
        {PotKind.SUSPENSE: 500, PotKind.STRIPE_BALANCE: -500},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_a_transaction_of_stripe_moves_our_balance_once(at: datetime, name: str) -> None:
    act, said, moved = ACTS[name]

    first = act(line=LINE, at=at, **said)
    assert act(line=LINE, at=at + DAY, **said) == first

    platform = {kind: cents for kind, cents in selectors.platform_cents().items() if cents}
    assert platform == moved


@pytest.mark.parametrize("name", ACTS)
def test_a_transaction_with_other_facts_is_refused(at: datetime, name: str) -> None:
    act, said, _ = ACTS[name]
    act(line=LINE, at=at, **said)
    before = everything()

    for other in (LINE._replace(cents=501), LINE._replace(source_id="po_2")):
        with pytest.raises(KeyReused):
            act(line=other, at=at, **said)
    assert everything() == before


def test_which_way_the_money_went_is_a_fact(at: datetime) -> None:
    movements.pay_out_to_bank(line=LINE, returned=False, at=at)
    before = everything()

    with pytest.raises(KeyReused):
        movements.pay_out_to_bank(line=LINE, returned=True, at=at)
    assert everything() == before


def test_a_transaction_has_a_size_and_no_sign(at: datetime) -> None:
    before = everything()

    with pytest.raises(InvalidInput):
        movements.settle_outflow(line=LINE._replace(cents=-1), at=at)
    assert everything() == before


def test_what_stripe_settled_groups_to_nothing(client_: User, reader: User, at: datetime) -> None:
    read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    payout_id = uuid4()
    movements.start_payout(payout_id=payout_id, n=1, reader=reader, minimum_cents=1, at=at)
    movements.book_transfer(payout_id=payout_id, transfer_id="tr_1", cents=700, at=at)
    movements.settle_outflow(line=BalanceLine("txn_1", "tr_1", 700), at=at)
    movements.reverse_transfer(payout_id=payout_id, reversal_id="trr_1", cents=200, at=at)
    movements.settle_return(line=BalanceLine("txn_2", "trr_1", 200), at=at)

    platform = selectors.platform_cents()
    assert platform[PotKind.STRIPE_CLEARING] == -1_000  # the top-up of the reading, unsettled
    assert platform[PotKind.STRIPE_BALANCE] == 500
    assert audit.proofs(at) == []


def test_a_refund_may_settle_before_it_is_booked_and_under_either_name(
    client_: User, at: datetime
) -> None:
    movements.settle_outflow(line=BalanceLine("txn_1", "pyr_1", 300), at=at)
    assert audit.proofs(at) == []

    refund = CardRefund("pyr_1", "pi_1", 300)
    movements.book_dashboard_refund(refund=refund, client=client_, at=at)
    movements.fail_refund(refund=refund, client=client_, at=at)
    movements.settle_return(line=BalanceLine("txn_2", "pyr_1", 300), at=at)

    assert not any(selectors.platform_cents().values())
    assert audit.proofs(at) == []


@pytest.mark.parametrize(
    ("act", "source_id"),
    [(movements.settle_outflow, "tr_9"), (movements.settle_return, "trr_9")],
)
def test_the_audit_finds_a_settlement_of_nothing_that_was_booked(
    at: datetime, act: Callable[..., Movement], source_id: str
) -> None:
    act(line=BalanceLine("txn_1", source_id, 300), at=at)

    assert [finding.proof for finding in audit.proofs(at)] == [
        "what left Stripe is what we had booked"
    ]


@pytest.mark.django_db(transaction=True)
def test_one_transaction_told_thirty_times_at_once_is_booked_once(at: datetime) -> None:
    answers = race(lambda _: movements.withhold(line=LINE, fee_cents=15, at=at).pk, 30)

    assert len(set(answers)) == 1
    assert selectors.platform_cents()[PotKind.STRIPE_BALANCE] == 515

"""The audit finds damage on the money's way out, made on purpose with the guards off."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from backend.accounts.models import User
from backend.ledger import audit, movements
from backend.ledger.movements import Bearer, Chargeback, Hold, Refund
from tests.backend.ledger.conftest import DAY, fund, mature, pay_out, read
from tests.backend.ledger.test_audit import damage


@pytest.fixture
def lively(client_: User, reader: User, at: datetime) -> User:
    """A reader with earnings in every state, a payout in flight, and a running reading."""
    old = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    read(client_, reader, at, cash_cents=2_000)
    mature(at + DAY)
    movements.start_payout(payout_id=uuid4(), n=1, reader=reader, minimum_cents=1, at=at + DAY)
    later = [read(client_, reader, at + DAY, cash_cents=500) for _ in range(2)]
    movements.freeze_lot(case_id=old, about=f"session:{later[0]}", at=at)
    for session_id in (old, later[0]):
        refund = Refund(uuid4(), 1, session_id, 100, Bearer.SPLIT)
        movements.refund_reading(refund=refund, at=at + DAY)
    movements.freeze_chargeback(
        chargeback=Chargeback("dp_1", "pi_1", 50), client=client_, at=at + DAY
    )
    session = uuid4()
    fund(client_, 100, at)
    moves = [
        Hold(session, 1, client_.pk, 0, 100),
        movements.Capture(session, client_.pk, reader.pk, 60, 35, 15, 0, 0),
    ]
    movements.post_readings(moves, at=at + DAY)
    return reader


def test_a_ledger_with_money_on_every_way_is_sound(lively: User, at: datetime) -> None:
    assert audit.proofs(at, of="backend.ledger") == []


DAMAGES = {
    "what is pending is in lots or in readings that run": [
        "UPDATE ledger_lot SET earned_cents = earned_cents - 1 WHERE state = 'pending'"
    ],
    "what is disputed is what lots say": [
        "UPDATE ledger_lot SET disputed_cents = disputed_cents - 1 WHERE state = 'disputed'"
    ],
    "a reader has what they earned and were not paid": [
        "UPDATE ledger_lot SET refunded_cents = refunded_cents + 1 WHERE state = 'payable'"
    ],
    "what is on its way to a reader is in a payout": [
        "UPDATE ledger_movement SET kind = 'adjustment' WHERE kind = 'payout_sent'"
    ],
    "no more was given back than was paid": [
        "UPDATE ledger_movement SET gross_cents = 99 WHERE kind = 'capture'"
    ],
    "what is frozen waits for a bank": [
        "UPDATE ledger_movement SET kind = 'adjustment' WHERE kind = 'chargeback'"
    ],
    "the legs of a movement add up to its gross": [
        "UPDATE ledger_movement SET gross_cents = gross_cents + 1 WHERE kind = 'refund'"
    ],
    "nobody owes us beside money they could spend": [
        "UPDATE ledger_pot SET credits_cents = credits_cents + 5 WHERE kind = 'reader_payable'"
    ],
}


@pytest.mark.parametrize("proof", DAMAGES)
def test_the_audit_finds_the_damage(lively: User, at: datetime, proof: str) -> None:
    damage(*DAMAGES[proof])

    assert proof in {finding.proof for finding in audit.proofs(at)}

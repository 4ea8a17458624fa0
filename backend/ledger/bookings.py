"""What is booked of Stripe's objects: questions of whoever compares our books with theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from backend.ledger import snapshots
from backend.ledger.models import Movement, PotKind, Transfer
from backend.ledger.refundables import went_back


class Line(NamedTuple):
    """One line of a movement, for staff to read."""

    out_of: str
    into: str
    cents: int


class Step(NamedTuple):
    """One movement with its lines."""

    movement: Movement
    lines: list[Line]


def booked_transactions(transaction_ids: Iterable[str]) -> dict[str, int]:
    """Which of these balance transactions (``txn_…``) are booked, each with its gross cents."""
    keys = [f"bt:{one}" for one in transaction_ids]
    found = Movement.objects.filter(key__in=keys).values_list("key", "gross_cents")
    return {key.removeprefix("bt:"): gross_cents for key, gross_cents in found}


def is_booked(key: str) -> bool:
    """Whether a movement has this key."""
    return Movement.objects.filter(key=key).exists()


def payer_of(payment_intent_id: str) -> UUID | None:
    """The client whose wallet a PaymentIntent was credited to; None when nobody's was."""
    credited = Transfer.objects.filter(
        movement__key=f"pi:{payment_intent_id}:credit",
        credit_pot__kind=PotKind.CLIENT_WALLET,
    )
    return credited.values_list("credit_pot__owner", flat=True).first()


def credited_cents(payment_intent_id: str) -> int:
    """What a PaymentIntent brought into a wallet; 0 when nothing."""
    found = Movement.objects.filter(key=f"pi:{payment_intent_id}:credit", kind=Movement.Kind.TOP_UP)
    return found.values_list("gross_cents", flat=True).first() or 0


def left_of_payment(payment_intent_id: str) -> int:
    """What of a PaymentIntent a card could still get back: nothing while its bank disputes it."""
    refunded, disputed = went_back([payment_intent_id])
    if payment_intent_id in disputed:
        return 0
    return max(0, credited_cents(payment_intent_id) - refunded[payment_intent_id])


def stripe_cents() -> int:
    """What our balance at Stripe holds according to our books."""
    return -snapshots.balances()[PotKind.STRIPE_BALANCE]


def steps_of_dispute(dispute_id: str) -> list[Step]:
    """Everything that was booked for one dispute of a bank, oldest first."""
    by_key = [f"dp:{dispute_id}:{step}" for step in ("freeze", "won", "lost", "writeoff")]
    keyed = list(Movement.objects.filter(key__in=by_key))
    about = Movement.objects.filter(
        about=f"dp:{dispute_id}", kind__in=[Movement.Kind.WITHHELD, Movement.Kind.REINSTATED]
    )
    return _with_lines(sorted([*keyed, *about], key=lambda step: step.pk))


def frozen_for(key: str) -> int:
    """Cents that the freeze of this key took out of a wallet."""
    frozen = Transfer.objects.filter(movement__key=key, credit_pot__kind=PotKind.CLIENT_FROZEN)
    return sum(frozen.values_list("amount_cents", flat=True))


def _with_lines(movements: list[Movement]) -> list[Step]:
    lines: dict[UUID, list[Line]] = {movement.pk: [] for movement in movements}
    found = Transfer.objects.filter(movement__in=movements).order_by("seq")
    for transfer in found.select_related("debit_pot", "credit_pot"):
        lines[transfer.movement_id].append(
            Line(
                str(PotKind(transfer.debit_pot.kind).label),
                str(PotKind(transfer.credit_pot.kind).label),
                transfer.amount_cents,
            )
        )
    return [Step(movement, lines[movement.pk]) for movement in movements]

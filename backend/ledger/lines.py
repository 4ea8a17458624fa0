"""The lines of movements, as staff read them: from which pot, to which, whose these are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from backend.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """``cents`` from one pot to another. An owner is None for the platform's own pots."""

    debit: str
    debit_owner_id: UUID | None
    credit: str
    credit_owner_id: UUID | None
    cents: int


def lines_of(movement_ids: Iterable[UUID]) -> list[LedgerLine]:
    """All lines of these movements, in the order in which they were written."""
    written = Transfer.objects.filter(movement__in=list(movement_ids)).order_by("seq")
    return [
        LedgerLine(*row)
        for row in written.values_list(
            "debit_pot__kind",
            "debit_pot__owner",
            "credit_pot__kind",
            "credit_pot__owner",
            "amount_cents",
        )
    ]

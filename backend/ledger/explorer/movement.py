"""One movement, opened: what it says, which money went where, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.errors import NotFound
from backend.core.ids import born_at
from backend.ledger.explorer.listing import Listed, related
from backend.ledger.models import Movement, PotKind, Transfer


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a transfer: a pot, and whose it is (nobody's: the platform's)."""

    pot_id: int
    kind: str
    owner_id: UUID | None
    owner_name: str

    @property
    def label(self) -> str:
        return str(PotKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Transferred:
    """``cents`` out of the debited pot into the credited one."""

    line: int
    seq: int
    debit: Side
    credit: Side
    cents: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A movement with its transfers. ``booked_at``: when it was written, ``at`` when it was so.

    ``related``: every movement about the same thing, this one included, oldest first.
    """

    id: UUID
    label: str
    kind: str
    key: str
    about: str
    gross_cents: int
    currency: str
    at: datetime
    booked_at: datetime
    actor_id: UUID | None
    actor_name: str
    reason: str
    transfers: list[Transferred]
    related: list[Listed]


def movement(movement_id: UUID) -> Opened:
    """One movement.

    :raises NotFound: there is none with that id.
    """
    found = Movement.objects.filter(pk=movement_id).select_related("actor").first()
    if found is None:
        raise NotFound("There is no such movement.")
    return Opened(
        id=found.pk,
        label=found.get_kind_display(),
        kind=found.kind,
        key=found.key,
        about=found.about,
        gross_cents=found.gross_cents,
        currency=found.currency,
        at=found.at,
        booked_at=born_at(found.pk),
        actor_id=found.actor_id,
        actor_name=found.actor.display_name if found.actor else "",
        reason=found.reason,
        transfers=_transfers(movement_id),
        related=related(found.about),
    )


def _transfers(movement_id: UUID) -> list[Transferred]:
    lines = Transfer.objects.filter(movement=movement_id).order_by("line")
    return [
        Transferred(
            row.line,
            row.seq,
            _side(row, "debit"),
            _side(row, "credit"),
            row.amount_cents,
        )
        for row in lines.select_related("debit_pot__owner", "credit_pot__owner")
    ]


def _side(row: Transfer, side: str) -> Side:
    pot = row.debit_pot if side == "debit" else row.credit_pot
    return Side(pot.pk, pot.kind, pot.owner_id, pot.owner.display_name if pot.owner else "")

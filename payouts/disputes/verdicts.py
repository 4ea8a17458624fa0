"""What goes into a case and what an admin wants to come out of it. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from payouts.dispute_states import BearerOf, Outcome

OWNERS: Final = ("client", "reader", "platform")


@dataclass(frozen=True, slots=True)
class DisputedReading:
    """The frozen facts of an ended reading; what it cost, the ledger is asked itself.

    ``about`` is what its movements and its lot are about.
    """

    session_id: UUID
    client_id: UUID
    reader_id: UUID
    about: str
    kind: str
    ended_at: datetime
    billed_s: int
    rate_per_minute_cents: int
    split_bps: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision as an admin asks for it.

    ``minutes`` belongs to the outcome MINUTES, ``cents`` to CUSTOM. ``reason`` is for staff;
    words that are left empty are written for both sides by the product.
    """

    outcome: Outcome
    minutes: int | None = None
    cents: int | None = None
    bearer: BearerOf = BearerOf.SPLIT
    reason: str = ""
    words_to_client: str = ""
    words_to_reader: str = ""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One ledger line: ``cents`` from the pot ``debit`` to the pot ``credit``.

    Both are kinds of pots; their owners are among ``OWNERS``.
    """

    debit: str
    debit_owner: str
    credit: str
    credit_owner: str
    cents: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a verdict would do at this moment.

    ``lines`` are all that it would write. ``max_cents`` is the most that could come back,
    ``needs_second``: another admin would have to sign it.
    """

    cents: int
    max_cents: int
    needs_second: bool
    version: int
    lines: Sequence[PreviewLine]

    @property
    def sums_cents(self) -> dict[str, int]:
        """What ``client``, ``reader`` and ``platform`` win (or lose, negative): 0 in all."""
        sums = dict.fromkeys(OWNERS, 0)
        for line in self.lines:
            sums[line.debit_owner] -= line.cents
            sums[line.credit_owner] += line.cents
        return sums

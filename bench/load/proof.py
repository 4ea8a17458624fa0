"""What was billed, held against what the load knows: from the database, after the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

LOST_SECONDS_MAX: Final = 5  # one beat; rules R5 and R12


@dataclass
class Verdict:
    """``least`` and ``most``: whole seconds connected less whole seconds billed, over all segments.

    ``most_exact_s``: the same before both were cut to whole seconds. ``unlike``: readings with
    other segments than the load knows of. ``ends``: how they ended.
    """

    segments: int = 0
    billed_s: int = 0
    connected_s: int = 0
    least_s: int = 0
    most_s: int = 0
    most_exact_s: float = 0.0
    outside: int = 0
    unlike: int = 0
    not_ended: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    wrong_price: int = 0
    ledger: str = "sound"

    def row(self) -> dict[str, Any]:
        """For the report."""
        return asdict(self)

    @property
    def holds(self) -> bool:
        """Whether every segment was billed as it should be, and the books agree."""
        wrong = self.outside or self.unlike or self.not_ended or self.wrong_price
        return not wrong and self.ledger == "sound"


def judge(stretches: dict[str, list[list[float]]], at: datetime) -> Verdict:
    """Compare each segment of each reading with the stretch in which both were there."""
    found = Verdict()
    differences: list[float] = []
    for session_id, known in stretches.items():
        billed = _billed(session_id, found)
        if len(billed) != len(known):
            found.unlike += 1
            continue
        for seconds, (begun, until) in zip(billed, known, strict=True):
            found.segments += 1
            found.billed_s += seconds
            found.connected_s += int(until - begun)
            differences.append(until - begun - seconds)
    _sum_up(found, differences)
    _audit(found, at)
    return found


def _billed(session_id: str, found: Verdict) -> list[int]:
    """Billed seconds of each segment; notes a reading that is not over or has another price."""
    from live.models import ReadingSession
    from readers import pricing

    row = ReadingSession.objects.get(id=session_id)
    found.not_ended += row.state != "ended"
    how = f"{row.state} {row.reason}".strip()
    found.ends[how] = found.ends.get(how, 0) + 1
    price = pricing.price(seconds=row.billable_s, rate_cents=row.rate_per_minute_cents)
    found.wrong_price += price != row.captured_promo_cents + row.captured_cash_cents
    billed = list(row.stretches.order_by("n").values_list("billed_s", flat=True))
    found.unlike += sum(billed) != row.billable_s
    return billed


def _sum_up(found: Verdict, differences: Sequence[float]) -> None:
    whole = [int(difference // 1) for difference in differences]
    found.least_s, found.most_s = min(whole, default=0), max(whole, default=0)
    found.most_exact_s = round(max(differences, default=0.0), 3)
    found.outside = sum(not 0 <= seconds <= LOST_SECONDS_MAX for seconds in whole)


def _audit(found: Verdict, at: datetime) -> None:
    from backend.ledger import audit

    if findings := audit.proofs(at):
        found.ledger = str(findings[0])

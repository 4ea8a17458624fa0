"""Who is due, what stands in the way, and what a run at this moment would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from backend.accounts.models import User
from backend.ledger import payables
from backend.ledger.payables import Due
from payouts.earnings import eligibility
from payouts.earnings.eligibility import Obstacle
from payouts.models import ConnectAccount, Payout, PayoutTerms
from payouts.payout_states import RETRIABLE, UNDER_WAY

ROWS_MAX: Final = 100
PAGE: Final = 500


@dataclass(frozen=True)
class Candidate:
    """A reader who is due, and what stands in the way, if anything does."""

    reader: User
    cents: int
    obstacle: Obstacle | None


@dataclass(frozen=True)
class Plan:
    """What a run would do. The sums are of everybody, ``rows`` are the first 100 readers.

    ``waiting``: how many readers wait, by the code of why. What only Stripe knows may still
    change before a payout; its last word about each account is in here.
    """

    at: datetime
    pay_count: int
    pay_cents: int
    wait_cents: int
    waiting: Mapping[str, int]
    rows: Sequence[Candidate]
    is_cut: bool


def plan(at: datetime) -> Plan:
    """Who a run at ``at`` would pay how much, who not and why. In bounded memory."""
    waiting: Counter[str] = Counter()
    paid = pay_cents = wait_cents = 0
    rows: list[Candidate] = []
    for one in everybody_due(at):
        if one.obstacle:
            waiting[one.obstacle.code] += 1
            wait_cents += one.cents
        else:
            paid += 1
            pay_cents += one.cents
        if len(rows) <= ROWS_MAX:
            rows.append(one)
    return Plan(
        at, paid, pay_cents, wait_cents, dict(waiting), rows[:ROWS_MAX], len(rows) > ROWS_MAX
    )


def everybody_due(at: datetime) -> Iterable[Candidate]:
    """Every reader whom a run for this date would look at, by what we know of them here."""
    after: UUID | None = None
    while due := payables.due(minimum_cents=settings.PAYOUT_MIN_CENTS, after=after, limit=PAGE):
        ids = [one.reader_id for one in due]
        settled = set(
            Payout.objects.filter(reader__in=ids, period_date=at.date())
            .exclude(state__in=[*RETRIABLE, *UNDER_WAY])
            .values_list("reader_id", flat=True)
        )
        waiting = [one for one in due if one.reader_id not in settled]
        yield from candidates(waiting, at, obstacle=eligibility.obstacle)
        after = due[-1].reader_id


def candidates(due: Sequence[Due], at: datetime, *, obstacle: eligibility.Judge) -> list[Candidate]:
    """These readers with their obstacles; those who chose to wait for more are left out."""
    ids = [one.reader_id for one in due]
    readers = User.objects.in_bulk(ids)
    accounts = _newest(ids)
    terms = PayoutTerms.objects.in_bulk(ids)
    found = []
    for one in due:
        reader, own = readers[one.reader_id], terms.get(one.reader_id) or PayoutTerms()
        if eligibility.below(one.payable_cents, own):
            continue
        stands = obstacle(reader, accounts.get(reader.pk), own, at)
        found.append(Candidate(reader, one.payable_cents, stands))
    return found


def _newest(ids: Iterable[UUID]) -> Mapping[UUID, ConnectAccount]:
    rows = ConnectAccount.objects.filter(reader__in=ids).order_by("number")
    return {row.reader_id: row for row in rows}

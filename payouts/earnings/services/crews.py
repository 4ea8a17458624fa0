"""A few threads that ask Stripe at once, since most of a payout is waiting for an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from payouts.earnings.services.paying import Outcome

log = structlog.get_logger(__name__)


class Crew:
    """Does ``act`` to each of many payouts and counts what became of them.

    Stops when funds are short, or when ``failures_max`` in a row have an unknown outcome: then
    Stripe is down, and the others need not find it out too. 0: never for that.
    """

    def __init__(self, act: Callable[[UUID], Outcome], failures_max: int = 0) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.stopped = False
        self._act = act
        self._failures_max = failures_max
        self._failures = 0
        self._lock = Lock()

    def work(self, ids: Sequence[UUID]) -> None:
        """Do it to all of these, ``settings.PAYOUT_CALLS_AT_ONCE`` at a time."""
        waiting = iter(ids)
        hands = min(settings.PAYOUT_CALLS_AT_ONCE, len(ids))
        if hands <= 1:
            self._take(waiting)
            return
        with ThreadPoolExecutor(hands) as pool:
            for hand in [pool.submit(self._in_thread, waiting) for _ in range(hands)]:
                hand.result()

    def _in_thread(self, waiting: Iterator[UUID]) -> None:
        try:
            self._take(waiting)
        finally:
            connection.close()

    def _take(self, waiting: Iterator[UUID]) -> None:
        while (payout_id := self._next(waiting)) is not None:
            self._count(self._try(payout_id))

    def _next(self, waiting: Iterator[UUID]) -> UUID | None:
        with self._lock:
            return None if self.stopped else next(waiting, None)

    def _try(self, payout_id: UUID) -> Outcome:
        try:
            return self._act(payout_id)
        except Exception:
            # One reader's trouble is not the others'; the row says how far it got.
            log.exception("payout_failed", payout_id=str(payout_id))
            return Outcome.FAILED

    def _count(self, outcome: Outcome) -> None:
        with self._lock:
            self.outcomes[outcome] += 1
            self._failures = self._failures + 1 if outcome is Outcome.UNKNOWN else 0
            if outcome is Outcome.SHORT or 0 < self._failures_max <= self._failures:
                self.stopped = True

"""A worker that is killed, by signal 9, at any step of a payout; run as a process of its own.

    python -m tests.payouts.earnings.dying AT ACT PAYOUT_ID... [/ PAYOUT_ID...]

Of each list two payouts are worked to their end, the second one to learn the steps (the first of
all makes rows that the others find): every statement that is sent to PostgreSQL, and the moments
before and after Stripe is asked for a transfer. Each of the others is worked by a fork that dies
at one of these steps: the two moments of the call, and others spread over the rest. Prints a line
for each death.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django

CALL = ("before Stripe is asked", "after Stripe has answered")


class Steps:
    """Counts the steps, and dies before the one that it was told."""

    def __init__(self, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.seen: list[str] = []

    def take(self, name: str) -> None:
        """One more step."""
        if len(self.seen) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen.append(name)

    def statement(self, execute: Any, sql: str, *rest: Any) -> Any:
        """Django's hook around each statement."""
        self.take(sql.split(" ", 3)[0] + f" {len(self.seen)}")
        return execute(sql, *rest)

    def around(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """The rail's own call, with a step on either side."""

        def sent(*asked: Any, **more: Any) -> Any:
            self.take(CALL[0])
            answer = send(*asked, **more)
            self.take(CALL[1])
            return answer

        return sent


def main() -> None:
    """See above."""
    django.setup()
    at, act = datetime.fromisoformat(sys.argv[1]), sys.argv[2]
    for payouts in " ".join(sys.argv[3:]).split(" / "):
        try_to_death(act, payouts.split(), at)


def try_to_death(act: str, payouts: list[str], at: datetime) -> None:
    """Work one list, fork by fork."""
    first, second, *others = payouts
    work(act, first, at, Steps())
    steps = Steps()
    work(act, second, at, steps)
    for fatal, payout_id in zip(fatal_steps(steps.seen, len(others)), others, strict=True):
        sys.stdout.write(f"{steps.seen[fatal]} {die(act, payout_id, at, fatal)}\n")
        sys.stdout.flush()


def fatal_steps(seen: list[str], count: int) -> list[int]:
    """The call's two moments (if there is a call), and others spread evenly over the rest."""
    chosen = [seen.index(moment) for moment in CALL if moment in seen]
    others = [n for n in range(len(seen)) if n not in chosen]
    spread = count - len(chosen)
    return [*chosen, *(others[n * (len(others) - 1) // (spread - 1)] for n in range(spread))]


def die(act: str, payout_id: str, at: datetime, fatal: int) -> str:
    """Let a fork work on a payout until its fatal step; the signal that ended it."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        work(act, payout_id, at, Steps(fatal))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "lived"


def work(act: str, payout_id: str, at: datetime, steps: Steps) -> None:
    """``pay`` or ``resolve`` one payout, step by step."""
    from django.db import connection

    from backend.core import engines
    from payouts.earnings.services import paying

    rail = engines.load("payout_rail")
    plain = rail.send
    rail.send = steps.around(plain)
    with connection.execute_wrapper(steps.statement):
        getattr(paying, act)(payout_id=UUID(payout_id), at=at)
    rail.send = plain


if __name__ == "__main__":
    main()

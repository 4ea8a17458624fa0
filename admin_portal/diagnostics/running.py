"""Every check by its name, run side by side, each within its own few seconds.

A check that hangs costs its line on the page, never the page: it is given up on and its thread
ends by the time-outs of whatever it waits for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import DatabaseError, connections
from redis.exceptions import RedisError

from admin_portal.diagnostics import stores, workings
from admin_portal.diagnostics.verdicts import Figure, Finding, Verdict
from backend.core.errors import DomainError

log = structlog.get_logger(__name__)
LIMIT_SECONDS: Final = 6.0
AT_ONCE: Final = 6


@dataclass(frozen=True)
class Check:
    """``name`` is its place in the address of the API."""

    name: str
    title: str
    ask: Callable[[], Finding]


@dataclass(frozen=True)
class Report:
    """What one check said, and how long it took."""

    name: str
    title: str
    verdict: Verdict
    words: str
    figures: dict[str, Figure]
    took_ms: int


CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for check in (
        Check("database", "Database", stores.database),
        Check("database/latency", "Database, round trip", stores.latency),
        Check("database/pool", "Database, connections kept", stores.pool),
        Check("ledger-proof", "Proof of the ledger", workings.ledger_proof),
        Check("redis", "Redis", stores.redis_server),
        Check("channels", "Bus of events", stores.channels),
        Check("celery", "Workers", workings.celery),
        Check("stripe", "Stripe", workings.stripe),
        Check("agora", "Live rooms", workings.agora),
        Check("turn", "Relay for calls", workings.turn),
        Check("network", "Network outwards", workings.network),
    )
}


def run(names: Iterable[str]) -> list[Report]:
    """Run these checks at once; each has its say or is given up on.

    :raises KeyError: there is no such check.
    """
    wanted = [CHECKS[name] for name in names]
    crew = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="diagnosis")
    try:
        started = time.monotonic()
        asked = [(check, crew.submit(_ask, check)) for check in wanted]
        return [
            _within(check, future.result, LIMIT_SECONDS - (time.monotonic() - started))
            for check, future in asked
        ]
    finally:
        crew.shutdown(wait=False, cancel_futures=True)


def _within(check: Check, result: Callable[[float], Report], seconds: float) -> Report:
    try:
        return result(max(0.0, seconds))
    except TooLate:
        words = f"No answer within {LIMIT_SECONDS:.0f} s."
        return _report(check, Finding(Verdict.DOWN, words), LIMIT_SECONDS)


def _ask(check: Check) -> Report:
    started = time.monotonic()
    try:
        found = check.ask()
    except (DatabaseError, RedisError, OSError, DomainError) as error:
        # The error's own text may hold an address or a name: it goes to the log only.
        log.warning("diagnosis_failed", check=check.name, exc_info=True)
        found = Finding(Verdict.DOWN, f"It could not be asked ({type(error).__name__}).")
    finally:
        connections.close_all()
    return _report(check, found, time.monotonic() - started)


def _report(check: Check, found: Finding, seconds: float) -> Report:
    return Report(
        name=check.name,
        title=check.title,
        verdict=found.verdict,
        words=found.words,
        figures=found.figures,
        took_ms=round(seconds * 1_000),
    )

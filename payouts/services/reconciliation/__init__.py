"""What did Stripe tell us that we did not hear? Every ten minutes, and thoroughly each night.

Lost events are put into the inbox, unfinished top-ups are asked about, and every movement of our
balance at Stripe must have exactly one of ours. What does not fit becomes an issue; money is
never invented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from backend.core.errors import DomainError
from payouts.services.reconciliation.balance import agree, check_balance, check_balance_again
from payouts.services.reconciliation.hearing import hear_missed_events
from payouts.services.reconciliation.lives import catch_up, may_pay
from payouts.services.reconciliation.unfinished import ask_about_unfinished

__all__ = [
    "agree",
    "ask_about_unfinished",
    "catch_up",
    "check_balance",
    "check_balance_again",
    "hear_missed_events",
    "may_pay",
    "run",
    "run_nightly",
]
log = structlog.get_logger(__name__)


def run(*, at: datetime) -> None:
    """Hear what was missed. Each part is independent: one that fails is tried next time."""
    for part in (hear_missed_events, ask_about_unfinished, check_balance):
        _try(part, at)


def run_nightly(*, at: datetime) -> None:
    """Read the last days of our balance once more, and compare the sums."""
    for part in (check_balance_again, agree):
        _try(part, at)


def _try(part: Callable[..., int], at: datetime) -> None:
    try:
        found = part(at=at)
    except SoftTimeLimitExceeded:
        raise
    except DomainError as failure:
        log.warning("reconciliation_failed", part=part.__name__, why=failure.detail)
    except Exception:
        log.exception("reconciliation_failed", part=part.__name__)
    else:
        log.info("reconciled", part=part.__name__, found=found)

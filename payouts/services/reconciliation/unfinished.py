"""Top-ups of which nobody told us how they ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from backend.core.errors import Conflict
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.models import TopUp
from payouts.services import convergence, issues
from payouts.states import FINAL

log = structlog.get_logger(__name__)
UNFINISHED_AFTER: Final = timedelta(minutes=10)
TOP_UPS_MAX: Final = 500
FAILURES_MAX: Final = 3


def ask_about_unfinished(*, at: datetime) -> int:
    """Converge every top-up that is not final after ten minutes; how many became final.

    One that fails does not hold up the others; several in a row mean that Stripe is down.
    :raises ChargerUnreachable: it is.
    """
    unfinished = (
        TopUp.objects.filter(created_at__lte=at - UNFINISHED_AFTER)
        .exclude(status__in=FINAL)
        .order_by("created_at")
    )
    finished = failures = 0
    for top_up_id in list(unfinished.values_list("id", flat=True)[:TOP_UPS_MAX]):
        try:
            finished += convergence.converge_top_up(top_up_id=top_up_id, at=at).is_final
            failures = 0
        except ChargerUnreachable:
            failures += 1
            if failures >= FAILURES_MAX:
                raise
        except ChargerRefused:
            issues.raise_once(
                kind="top_up_unknown",
                external_id=str(top_up_id),
                text=f"Stripe tells us nothing about top-up {top_up_id}.",
                at=at,
            )
        except Conflict as conflict:
            raise_conflict(top_up_id, conflict, at)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("top_up_not_asked_about", top_up_id=str(top_up_id))
    return finished


def raise_conflict(top_up_id: UUID, conflict: Conflict, at: datetime) -> None:
    """The money of a top-up is booked as something else: a person looks."""
    issues.raise_once(
        kind="top_up_conflict",
        external_id=str(top_up_id),
        text=f"The money of top-up {top_up_id} is booked as something else: {conflict.detail}",
        at=at,
    )

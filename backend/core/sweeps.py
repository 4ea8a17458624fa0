"""Going through many due rows: one that fails never holds up those after it."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from typing import Final, TypeVar

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from backend.core.errors import DomainError, Unavailable

log = structlog.get_logger(__name__)
OUTAGES_MAX: Final = 3

T = TypeVar("T")


def each(rows: Collection[T], act: Callable[[T], object], *, job: str) -> int:
    """Do ``act`` to each of these, by itself; how many went well.

    ``act`` is a whole step with transactions of its own. Whatever fails is logged and stays due
    for the next sweep. Three in a row that find the outside out of reach mean that it is down:
    the others then wait, and need not find it out too. The order is by chance, so that the same
    three are not in front of the others every time.
    :raises SoftTimeLimitExceeded: the job is out of time; the rest waits for the next one.
    """
    done = outages = 0
    for row in random.sample(list(rows), len(rows)):
        try:
            act(row)
        except SoftTimeLimitExceeded:
            raise
        except Unavailable as failure:
            log.warning("sweep_out_of_reach", job=job, row=str(row), why=failure.detail)
            outages += 1
            if outages >= OUTAGES_MAX:
                break
        except DomainError as failure:
            log.warning("sweep_refused", job=job, row=str(row), why=failure.detail)
            outages = 0
        except Exception:
            log.exception("sweep_failed", job=job, row=str(row))
            outages = 0
        else:
            done, outages = done + 1, 0
    return done

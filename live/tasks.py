"""The two sweeps of the meter, every five seconds on the queue ``billing`` (R13), and the look
at readings that are over.

The sweeps' clock is the database's, whichever worker runs them (R11).
"""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.db import connection

from backend.core import clock, locks
from live.services import billing
from live.services import make_good as faulty


@shared_task(name="live.tasks.sweep_due")
def sweep_due() -> int:
    """Settle every reading that is due; how many."""
    return billing.settle_due(at=_database_now())


@shared_task(name="live.tasks.sweep_presence")
def sweep_presence() -> int:
    """Pause every reading with a peer that fell silent; how many were looked at."""
    return billing.settle_stale(at=_database_now())


@shared_task(name="live.tasks.make_good")
def make_good() -> int:
    """Look at readings that are over for faults that are proven; how many gave money back.

    One at a time, so that limits hold.
    """
    with locks.alone("live.make_good") as mine:
        return faulty.look_at_due(at=_database_now()) if mine else 0


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now + clock.ahead()

"""Which life of the database this is, and whether all that Stripe knows was heard in it.

A database that was restored, promoted from a replica or copied has forgotten what happened
after: to pay by it would be to pay twice. It cannot tell us itself, because what it says of
Stripe is as old as the rest of it. But PostgreSQL knows itself apart from the one that was
backed up: by its cluster, its timeline, and the ids of database and table. So nothing leaves us
before Stripe was heard once in this life (ADR 0019).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from django.db import connection

from backend.core.errors import DomainError
from backend.core.locks import alone
from backend.inbox import selectors as inbox_selectors
from backend.inbox import services as inbox
from payouts.models import Watermark
from payouts.services.reconciliation.balance import check_balance
from payouts.services.reconciliation.hearing import hear_missed_events
from payouts.services.reconciliation.unfinished import ask_about_unfinished

log = structlog.get_logger(__name__)
ROUNDS_MAX: Final = 50  # of 200 events; the next job goes on
LOOKS: Final = 2  # the second one books what the first one made the inbox look up
_LIFE: Final = """
SELECT left(md5(concat_ws(':',
    (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'payouts_watermark'::regclass::oid
)), 16)
"""


def may_pay(*, at: datetime) -> bool:
    """Whether money may leave us: Stripe was heard in this life of the database, if need be now.

    False: it was not, or somebody else is at it; the next job asks again.
    """
    return is_caught_up() or catch_up(at=at)


def is_caught_up() -> bool:
    """Whether Stripe was heard in this life of the database."""
    return Watermark.objects.filter(name=name()).exists()


def catch_up(*, at: datetime) -> bool:
    """Hear everything since the last thing that this database remembers; whether it is done.

    Events first (Stripe keeps them for 30 days), then each movement of our balance. What stays
    unhandled in the inbox holds the payouts up until it is done or given up visibly.
    """
    with alone("catch up") as mine:
        if not mine:
            return False
        log.warning("catching_up", life=name())
        try:
            hear_missed_events(at=at)
            _work_through(at)
            ask_about_unfinished(at=at)
            for _ in range(LOOKS):
                check_balance(at=at)
                _work_through(at)
        except DomainError as failure:
            log.warning("not_caught_up", why=failure.detail)
            return False
        if left := inbox_selectors.waiting_of("stripe", until=at):
            log.warning("not_caught_up", why="events wait", left=left)
            return False
        Watermark.objects.update_or_create(name=name(), defaults={"at": at})
        log.warning("caught_up", life=name())
        return True


def name() -> str:
    """The name of the mark that says that Stripe was heard in this life."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE)
        return f"life {cursor.fetchone()[0]}"


def _work_through(at: datetime) -> None:
    for _ in range(ROUNDS_MAX):
        if not inbox.work_due(at=at):
            return

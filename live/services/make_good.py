"""Money that comes back at once and without being asked for, when a technical fault is proven.

Every reading that was taken is looked at once, soon after its end. What is proven (``faults``)
comes back at the platform's cost. Limits keep two people who work together from living on it:
what is above them, a client can still ask for by a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from backend.accounts import selectors as people
from backend.accounts.services import audit_log
from backend.core.templatetags.money import money
from backend.ledger import movements
from backend.ledger.errors import MoreThanWasPaid
from backend.notifications.services import notify
from live import faults
from live.addresses import receipt_url
from live.chronicle import Happened
from live.models import FaultCheck, QualitySample, ReadingSession, SessionEvent, Withheld
from live.states import State
from readers import pricing

log = structlog.get_logger(__name__)
LOOKED_AT_MAX: Final = 200  # readings in one sweep
AGAIN: Final = timedelta(minutes=10)
LATELY: Final = timedelta(days=30)
# Besides what counts in credits, nothing gives more by itself than one admin may sign alone: of
# one client in all, of one reader what an admin may sign in a day.
CREDITS_OF_CLIENT_MAX: Final = 3
CREDITS_OF_READER_MAX: Final = 10
_NAME: Final = "automatic credit"


@transaction.atomic
def expect(*, session_id: UUID, at: datetime) -> None:
    """A reading is over: it is to be looked at. Saying so again changes nothing."""
    FaultCheck.objects.bulk_create(
        [FaultCheck(session_id=session_id, due_at=at)], ignore_conflicts=True
    )


def look_at_due(*, at: datetime) -> int:
    """Look at the readings that are due, each in its own transaction; how many gave money back.

    One that fails does not hold up the others; it is due again a while later.
    """
    due = FaultCheck.objects.filter(checked_at=None, due_at__lte=at)
    given = 0
    for session_id in due.order_by("due_at").values_list("session_id", flat=True)[:LOOKED_AT_MAX]:
        try:
            given += look_at(session_id=session_id, at=at) > 0
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("reading_not_looked_at", session_id=str(session_id))
            due.filter(session=session_id).update(due_at=at + AGAIN)
    return given


@transaction.atomic
def look_at(*, session_id: UUID, at: datetime) -> int:
    """Look at one ended reading and give back what is proven; how many cents.

    goodwill -> client, once for each reading: a second look finds it done.
    """
    due = FaultCheck.objects.select_for_update(skip_locked=True).filter(checked_at=None)
    check = due.filter(session_id=session_id).first()
    if check is None:
        return 0
    session = ReadingSession.objects.get(pk=session_id)
    if session.state == State.ENDED and session.captured_cents:
        _judge(check, session, at)
    check.checked_at = at
    check.save()
    return check.cents


def _judge(check: FaultCheck, session: ReadingSession, at: datetime) -> None:
    found = faults.found(_evidence(session))
    cents = sum(_price_of(session, fault.minute) for fault in found)
    check.minutes, check.words = [fault.minute for fault in found], faults.in_words(found)
    if not cents:
        return
    withheld = _withheld(session, cents, at)
    if not withheld and not _give_back(session, cents, check.words, at):
        withheld = Withheld.REFUNDED
    if withheld:
        check.withheld = withheld
        log.warning("credit_withheld", session_id=str(session.pk), why=withheld, cents=cents)
        return
    check.cents = cents
    _tell(session, cents, check.words, at)
    audit_log.record(
        actor=None,
        act="reading.make_good",
        about=f"session:{session.pk}",
        at=at,
        reason=check.words,
        facts={"cents": cents, "minutes": ", ".join(map(str, check.minutes))},
    )


def _give_back(session: ReadingSession, cents: int, words: str, at: datetime) -> bool:
    """The case of an automatic credit is named by its reading, so there is one of each."""
    refund = movements.Refund(
        case_id=uuid5(session.pk, _NAME),
        n=1,
        session_id=session.pk,
        cents=cents,
        bearer=movements.Bearer.PLATFORM,
        split_bps=session.split_bps,
    )
    try:
        movements.refund_reading(refund=refund, at=at, reason=words)
    except MoreThanWasPaid:
        return False
    return True


def _withheld(session: ReadingSession, cents: int, at: datetime) -> str:
    if people.linked(session.client_id, session.reader_id):
        return Withheld.LINKED
    lately = FaultCheck.objects.filter(cents__gt=0, checked_at__gt=at - LATELY)
    of_client = lately.filter(session__client=session.client_id)
    of_reader = lately.filter(session__reader=session.reader_id)
    if of_client.count() >= CREDITS_OF_CLIENT_MAX or of_reader.count() >= CREDITS_OF_READER_MAX:
        return Withheld.LIMIT
    if cents > settings.STAFF_ALONE_MAX_CENTS - _sum(of_client):
        return Withheld.LIMIT
    if cents > settings.STAFF_ALONE_DAY_CENTS - _sum(of_reader):
        return Withheld.LIMIT
    return ""


def _sum(given: QuerySet[FaultCheck]) -> int:
    return int(given.aggregate(cents=Sum("cents"))["cents"] or 0)


def _tell(session: ReadingSession, cents: int, words: str, at: datetime) -> None:
    notify(
        user_id=session.client_id,
        kind="credit",
        title=f"{money(cents)} came back to you",
        body=words,
        url=receipt_url(session.pk),
        at=at,
    )


def _price_of(session: ReadingSession, minute: int) -> int:
    """What one minute of this reading cost, at its frozen terms; the last one may be short."""
    ends = [(minute - 1) * faults.MINUTE_S, min(minute * faults.MINUTE_S, session.billable_s)]
    before, after = (
        pricing.price(
            seconds=seconds,
            rate_cents=session.rate_per_minute_cents,
            increment_s=session.increment_s,
            free_s=session.free_s,
        )
        for seconds in ends
    )
    return after - before


def _evidence(session: ReadingSession) -> faults.Evidence:
    samples = QualitySample.objects.filter(session=session).order_by("at")
    stretches = session.stretches.values_list("started_at", "billed_s")
    return faults.Evidence(
        billed_s=session.billable_s,
        reason=session.reason,
        stretches=[faults.Stretch(*one) for one in stretches],
        samples=[
            faults.Sample(*one) for one in samples.values_list("peer", "at", "rtt_ms", "loss_pct")
        ],
        seen=_seen(session),
    )


def _seen(session: ReadingSession) -> Sequence[faults.Seen]:
    """Pages that came and left before the end; at the end, we close them all."""
    sockets = [Happened.SOCKET_OPENED, Happened.SOCKET_CLOSED]
    events = SessionEvent.objects.filter(session=session, kind__in=sockets)
    before = events.filter(at__lt=session.ended_at).order_by("at", "id")
    return [
        faults.Seen(side, at, kind == Happened.SOCKET_OPENED)
        for side, at, kind in before.values_list("side", "at", "kind")
    ]

"""Reports: a viewer tells our team of a message or a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import ReportState, User
from backend.accounts.services.reports import DECISION_CHARS_MAX
from backend.core.errors import Forbidden, IllegalMove, InvalidInput, NotFound
from backend.notifications import services as notifications
from live.models import Stream, StreamMessage, StreamReport
from live.streams import selectors
from live.streams.errors import NotOnThem
from live.streams.services import keepers


@transaction.atomic
def send(
    *,
    by: User,
    stream_id: UUID,
    reason: str,
    at: datetime,
    message_id: UUID | None = None,
    user_id: UUID | None = None,
) -> StreamReport:
    """Complain to our team about a message or a person, once each.

    :raises NotFound: no such stream, message or person. :raises NotOnThem: about oneself.
    :raises InvalidInput: neither is named, or both.
    """
    stream = selectors.stream_of(by, stream_id)
    if (message_id is None) == (user_id is None):
        raise InvalidInput("Name either a message or a person.")
    message = keepers.message(stream_id, message_id) if message_id else None
    about = message.sender if message else _person_here(stream, user_id)
    if about.id == by.id:
        raise NotOnThem
    is_first = not StreamReport.objects.filter(stream=stream, about=about).exists()
    kept, _ = StreamReport.objects.get_or_create(
        stream=stream,
        reporter=by,
        about=about,
        message=message,
        defaults={"reason": reason.strip(), "at": at},
    )
    if is_first:
        _tell_staff(kept, at)
    return kept


@transaction.atomic
def decide(
    *, report_id: UUID, to: ReportState, by: User, reason: str, at: datetime
) -> StreamReport:
    """Close a report of a room. What follows from it is the caller's.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason, or no decision.
    :raises NotFound: there is no such report. :raises IllegalMove: somebody was faster.
    """
    if not by.is_admin:
        raise Forbidden("Only admins decide about reports.")
    if not reason.strip() or to == ReportState.OPEN:
        raise InvalidInput("A decision has a reason.")
    still_open = StreamReport.objects.filter(pk=report_id, state=ReportState.OPEN)
    said = reason.strip()[:DECISION_CHARS_MAX]
    if still_open.update(state=to, reviewed_by=by, reviewed_at=at, decision=said) != 1:
        if not StreamReport.objects.filter(pk=report_id).exists():
            raise NotFound("There is no such report.")
        raise IllegalMove("Somebody has decided this already.", to=to.value)
    return StreamReport.objects.get(pk=report_id)


def _person_here(stream: Stream, user_id: UUID | None) -> User:
    """Somebody who holds this stream or has said something in it."""
    said = StreamMessage.objects.filter(stream=stream, sender=user_id)
    if user_id is None or (user_id != stream.host_id and not said.exists()):
        raise NotFound("There is no such person here.")
    return keepers.person(user_id)


def _tell_staff(report: StreamReport, at: datetime) -> None:
    notifications.notify_staff(
        title=f"A report from the room “{report.stream.title}”",
        body=report.reason,
        url="/staff/reports/",
        at=at,
    )

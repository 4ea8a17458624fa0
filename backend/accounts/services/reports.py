"""Reports between people: told once, decided once."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.accounts.announcements import PersonReported
from backend.accounts.models import Report, ReportState, Role, User
from backend.core.announcements import announce
from backend.core.errors import Forbidden, IllegalMove, InvalidInput, NotFound, Refused

WORDS_CHARS_MAX: Final = 1_000
DECISION_CHARS_MAX: Final = 200
PLACES: Final = ("session", "reader", "stream")


class OwnReport(Refused):
    """Nobody reports themselves."""

    code, title = "own_report", "You cannot report yourself"


@transaction.atomic
def send(
    *,
    reporter: User,
    about_id: UUID,
    reason: str,
    at: datetime,
    words: str = "",
    place: str = "",
) -> Report:
    """Tell our team of somebody. While one report of the two is open, it is the one.

    Admins cannot be reported; to the caller they look like nobody.
    :raises NotFound: there is no such person. :raises OwnReport: it is oneself.
    :raises InvalidInput: an unknown reason or place, or "something else" without a word.
    """
    if about_id == reporter.pk:
        raise OwnReport
    _check(reason, words, place)
    about = User.objects.filter(pk=about_id, is_active=True).exclude(role=Role.ADMIN).first()
    if about is None:
        raise NotFound("There is no such person.")
    same = Report.objects.filter(reporter=reporter, about=about, state=ReportState.OPEN)
    if first := same.first():
        return first
    report = Report(
        reporter=reporter,
        about=about,
        reason=reason,
        words=words.strip()[:WORDS_CHARS_MAX],
        place=place,
        at=at,
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        return same.get()
    announce(
        PersonReported(
            name=about.display_name, reason=report.get_reason_display(), words=report.words, at=at
        )
    )
    return report


@transaction.atomic
def decide(*, report_id: UUID, to: ReportState, by: User, reason: str, at: datetime) -> Report:
    """Close a report. What follows from it (a word, a freeze) is the caller's.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason, or no decision.
    :raises NotFound: there is no such report. :raises IllegalMove: somebody was faster.
    """
    if not by.is_admin:
        raise Forbidden("Only admins decide about reports.")
    if not reason.strip() or to == ReportState.OPEN:
        raise InvalidInput("A decision has a reason.")
    still_open = Report.objects.filter(pk=report_id, state=ReportState.OPEN)
    said = reason.strip()[:DECISION_CHARS_MAX]
    if still_open.update(state=to, decided_by=by, decided_at=at, decision=said) != 1:
        if not Report.objects.filter(pk=report_id).exists():
            raise NotFound("There is no such report.")
        raise IllegalMove("Somebody has decided this already.", to=to.value)
    return Report.objects.select_related("about").get(pk=report_id)


def _check(reason: str, words: str, place: str) -> None:
    if reason not in Report.Reason.values:
        raise InvalidInput("There is no such reason.")
    if reason == Report.Reason.OTHER and not words.strip():
        raise InvalidInput("Say in a few words what happened.")
    kind, _, name = place.partition(":")
    if not place:
        return
    try:
        UUID(name)
    except ValueError as error:
        raise InvalidInput("There is no such place.") from error
    if kind not in PLACES:
        raise InvalidInput("There is no such place.")

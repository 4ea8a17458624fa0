"""Reports of people, from everywhere, in one queue: what staff see, and what follows from it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction

from admin_portal import acts
from backend.accounts import selectors as people
from backend.accounts.models import Report, ReportState, User
from backend.accounts.services import audit_log
from backend.accounts.services import reports as personal
from backend.core.errors import InvalidInput
from backend.notifications.services import notify
from live.models import StreamReport
from live.streams import selectors as streams
from live.streams.services import reports as of_streams


class Decide(Protocol):
    """How one kind of report is closed."""

    def __call__(
        self, *, report_id: UUID, to: ReportState, by: User, reason: str, at: datetime
    ) -> Report | StreamReport: ...


KINDS: Final[dict[str, Decide]] = {"person": personal.decide, "stream": of_streams.decide}
VERDICTS: Final = frozenset(ReportState.values) - {ReportState.OPEN.value}


@dataclass(frozen=True)
class Line:
    """One report in the queue. ``said``: the message that it is about, if one."""

    kind: str
    id: UUID
    at: datetime
    about: User
    reporter: User
    why: str
    words: str
    place: str
    said: str
    state: str
    decided_by: User | None
    decided_at: datetime | None
    decision: str

    @property
    def state_words(self) -> str:
        return str(ReportState(self.state).label)


def queue(*, is_open: bool, before: datetime | None, limit: int) -> list[Line]:
    """Reports of both kinds, newest first, older than ``before``."""
    both = (
        _personal(people.reports(is_open=is_open, before=before)[:limit]),
        _of_streams(streams.reports(is_open=is_open, before=before)[:limit]),
    )
    newest_first = heapq.merge(*both, key=lambda line: line.at, reverse=True)
    return list(newest_first)[:limit]


def waiting() -> int:
    """How many reports want a decision."""
    open_ones = people.reports(is_open=True).count()
    return open_ones + streams.reports(is_open=True).count()


@transaction.atomic
def decide(
    *, kind: str, report_id: UUID, verdict: str, by: User, reason: str, at: datetime
) -> None:
    """Dismiss a report, warn the person, or freeze their account; in one transaction.

    :raises InvalidInput: an unknown kind or verdict, or no reason.
    :raises Forbidden, NotFound, IllegalMove, OwnAccount: as the services say.
    """
    if kind not in KINDS or verdict not in VERDICTS:
        raise InvalidInput("There is no such decision.")
    to = ReportState(verdict)
    report = KINDS[kind](report_id=report_id, to=to, by=by, reason=reason, at=at)
    if to == ReportState.WARNED:
        _warn(report.about_id, at)
    if to == ReportState.FROZEN:
        acts.freeze(by=by, user_id=report.about_id, reason=f"Reported: {reason}"[:200], at=at)
    audit_log.record(
        actor=by,
        act=f"report.{_VERBS[to]}",
        about=f"report:{report_id}",
        at=at,
        reason=reason,
        facts={"kind": kind, "user": str(report.about_id)},
    )


_VERBS: Final = {
    ReportState.DISMISSED: "dismiss",
    ReportState.WARNED: "warn",
    ReportState.FROZEN: "freeze",
}


def _warn(user_id: UUID, at: datetime) -> None:
    notify(
        user_id=user_id,
        kind="account",
        title="A word from our team",
        body="Somebody told us of something that does not fit our rules, and we agree. Please read "
        "them again. If it happens once more, we close the account.",
        url="/terms/",
        at=at,
    )


def _personal(rows: Iterable[Report]) -> list[Line]:
    return [
        Line(
            kind="person",
            id=row.pk,
            at=row.at,
            about=row.about,
            reporter=row.reporter,
            why=row.get_reason_display(),
            words=row.words,
            place=row.place,
            said="",
            state=row.state,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            decision=row.decision,
        )
        for row in rows
    ]


def _of_streams(rows: Iterable[StreamReport]) -> list[Line]:
    return [
        Line(
            kind="stream",
            id=row.pk,
            at=row.at,
            about=row.about,
            reporter=row.reporter,
            why=row.reason,
            words="",
            place=f"the room “{row.stream.title}”",
            said=row.message.text if row.message else "",
            state=row.state,
            decided_by=row.reviewed_by,
            decided_at=row.reviewed_at,
            decision=row.decision,
        )
        for row in rows
    ]

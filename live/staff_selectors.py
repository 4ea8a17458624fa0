"""Questions of staff about readings and rooms: everybody's, but never what was said in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from backend.accounts import selectors as people
from backend.core import redis
from backend.core.errors import NotFound
from live.engine import keys
from live.models import ReadingSession, Stream
from live.states import LIVE, TERMINAL, State
from live.stream_states import StreamState
from readers.kinds import Kind

PEOPLE_MAX: Final = 50
GROUPS: Final[dict[str, tuple[State, ...]]] = {
    "live": LIVE,
    "over": TERMINAL,
    **{state.value: (state,) for state in State},
}


@dataclass(frozen=True)
class SessionFilter:
    """Which readings to show; empty fields ask nothing. Days are UTC, the last one included."""

    state: str = ""
    kind: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Now:
    """What runs at this moment."""

    readings: int
    paused: int
    ringing: int
    rooms: int
    viewers: int
    quarantined: int


def sessions(asked: SessionFilter) -> QuerySet[ReadingSession]:
    """Readings, newest first, with their two people."""
    found = ReadingSession.objects.select_related("client", "reader").order_by("-id")
    if asked.state in GROUPS:
        found = found.filter(state__in=GROUPS[asked.state])
    if asked.kind in Kind.values:
        found = found.filter(kind=asked.kind)
    if asked.since:
        found = found.filter(requested_at__date__gte=asked.since)
    if asked.until:
        found = found.filter(requested_at__date__lte=asked.until)
    if asked.who:
        meant = list(people.people(asked.who)[:PEOPLE_MAX].values_list("pk", flat=True))
        found = found.filter(Q(client__in=meant) | Q(reader__in=meant))
    return found


def session(session_id: UUID) -> ReadingSession:
    """One reading with its two people.

    :raises NotFound: there is none.
    """
    found = ReadingSession.objects.select_related("client", "reader").filter(pk=session_id).first()
    if found is None:
        raise NotFound("There is no such reading.")
    return found


def latest_of(user_id: UUID, count: int) -> list[ReadingSession]:
    """The last readings that somebody took or gave."""
    # Live and ended rows have indexes of their own, hence the arms.
    mine = Q(client=user_id, state__in=TERMINAL) | Q(reader=user_id, state__in=TERMINAL)
    live = Q(client=user_id, state__in=LIVE) | Q(reader=user_id, state__in=LIVE)
    found = ReadingSession.objects.filter(mine | live).select_related("client", "reader")
    return list(found.order_by("-requested_at")[:count])


def now() -> Now:
    """Readings and rooms that run now."""
    running = ReadingSession.objects.filter(state__in=LIVE).aggregate(
        readings=Count("pk", filter=Q(state__in=(State.ACTIVE, State.CONNECTING))),
        paused=Count("pk", filter=Q(state=State.PAUSED)),
        ringing=Count("pk", filter=Q(state=State.REQUESTED)),
        quarantined=Count("pk", filter=Q(quarantined_at__isnull=False)),
    )
    rooms = Stream.objects.filter(state=StreamState.LIVE).aggregate(
        rooms=Count("pk"), viewers=Sum("viewers_now")
    )
    return Now(**running, rooms=rooms["rooms"], viewers=rooms["viewers"] or 0)


def late_seconds(at: datetime) -> int:
    """How long the reading that is due longest has waited for its sweep; 0 when none waits."""
    due = ReadingSession.objects.filter(state__in=LIVE, next_due_at__lt=at)
    first = due.aggregate(first=Min("next_due_at"))["first"]
    return int((at - first).total_seconds()) if first else 0


def engine_processes() -> int:
    """How many processes of our own stream engine post their beat.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    client = redis.client()
    known: set[bytes] = client.smembers(redis.key(*keys.PROCESSES))  # type: ignore[assignment]
    beats = [redis.key(*keys.process_key(name.decode())) for name in known]
    return int(client.exists(*beats)) if beats else 0  # type: ignore[arg-type]

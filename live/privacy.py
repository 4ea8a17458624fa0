"""What readings keep of a person. Live rooms and gifts: ``live.streams.privacy``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from backend.core import privacy
from live.models import ChatMessage, QualitySample, ReadingSession, Segment, SessionEvent
from live.states import LIVE, TERMINAL, Peer
from live.streams import privacy as streams  # noqa: F401  (registers itself)

READINGS_AT_ONCE: Final = 200
ERASED_WORDS: Final = "(The writer has left SoulSeer.)"


@privacy.exports(
    "readings",
    title="Readings",
    words="Readings you took or gave: when, how long, at what rate, what they cost.",
    tables=["live.ReadingSession", "live.FreeSecondsClaim"],
)
def readings(user_id: UUID) -> Iterator[privacy.Row]:
    """One row each, oldest first; of the other person only the name that was shown."""
    yield from privacy.rows(
        _of(user_id).order_by("pk"),
        *("id", "kind", "state", "reason", "requested_at", "accepted_at", "started_at"),
        *("ended_at", "rate_per_minute_cents", "currency", "billable_s", "cap_cents"),
        *("captured_cash_cents", "captured_promo_cents", "refunded_cents", "question"),
        client_name=F("client__display_name"),
        reader_name=F("reader__display_name"),
    )


@privacy.exports(
    "stretches",
    title="Connected time",
    words="From when to when both sides of a reading were connected.",
)
def stretches(user_id: UUID) -> Iterator[privacy.Row]:
    """Segments of their readings."""
    mine = Segment.objects.filter(session__in=_of(user_id)).order_by("session_id", "n")
    yield from privacy.rows(mine, "session_id", "n", "started_at", "ended_at", "billed_s")


@privacy.exports(
    "chats",
    title="Chat of your readings",
    words="What you wrote and what was written to you, as long as we keep it.",
)
def chats(user_id: UUID) -> Iterator[privacy.Row]:
    """Both sides, as both could read them."""
    mine = ChatMessage.objects.filter(session__in=_of(user_id)).order_by("session_id", "pk")
    yield from privacy.rows(mine, "session_id", "sender", "at", "text", "read_at")


@privacy.exports(
    "line-quality",
    title="Quality of your line",
    words="What your own browser measured during readings.",
)
def line_quality(user_id: UUID) -> Iterator[privacy.Row]:
    """The person's own side only."""
    mine = Q(session__client_id=user_id, peer=Peer.CLIENT) | Q(
        session__reader_id=user_id, peer=Peer.READER
    )
    yield from privacy.rows(
        QualitySample.objects.filter(mine).order_by("pk"),
        *("session_id", "at", "rtt_ms", "loss_pct", "kbps_in", "kbps_out", "microphone", "camera"),
    )


@privacy.exports(
    "happenings",
    title="What your pages did in readings",
    words="When your page came and went, your sound and picture, and when the clock stopped.",
)
def happenings(user_id: UUID) -> Iterator[privacy.Row]:
    """The person's own side, and what was nobody's doing."""
    client = Q(session__client_id=user_id, side__in=["", Peer.CLIENT])
    reader = Q(session__reader_id=user_id, side__in=["", Peer.READER])
    mine = SessionEvent.objects.filter(client | reader).order_by("session_id", "pk")
    yield from privacy.rows(mine, "session_id", "at", "side", "kind", "facts")


@privacy.objects
def a_reading_runs(user_id: UUID) -> Iterator[privacy.Objection]:
    """Nobody is forgotten in the middle of a reading."""
    if _of(user_id).filter(state__in=LIVE).exists():
        yield privacy.Objection(
            "reading_live",
            "A reading is running. End it first.",
            reverse("live:history"),
            "Readings",
        )


@privacy.erases("readings")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Their words go; the reading itself is the other person's receipt."""
    ReadingSession.objects.filter(client_id=user_id).exclude(question="").update(question="")
    said = Q(session__client_id=user_id, sender=Peer.CLIENT) | Q(
        session__reader_id=user_id, sender=Peer.READER
    )
    return ChatMessage.objects.filter(said).update(text=ERASED_WORDS)


@privacy.forgets(
    "chat",
    title="Chat and questions of readings",
    kept=timedelta(days=30),
    kept_words="30 days after the reading, longer while a case about it is open",
    why="So that the two of you can read it again.",
)
def forget_chats(*, before: datetime) -> int:
    """Whole chats of old readings, and what the client asked first."""
    talked = Exists(ChatMessage.objects.filter(session=OuterRef("pk")))
    old = _ended(before).filter(talked | ~Q(question="")).order_by("ended_at")
    ids = list(old.values_list("pk", flat=True)[:READINGS_AT_ONCE])
    asked = ReadingSession.objects.filter(pk__in=ids).exclude(question="").update(question="")
    return asked + ChatMessage.objects.filter(session__in=ids).delete()[0]


@privacy.forgets(
    "line-quality",
    title="Quality of the line in readings",
    kept=timedelta(days=90),
    kept_words="90 days after the reading, longer while a case about it is open",
    why="To give money back for bad minutes, and as evidence.",
)
def forget_line_quality(*, before: datetime) -> int:
    """Samples of old readings."""
    old = QualitySample.objects.filter(session__in=_ended(before), at__lt=before)
    ids = list(old.values_list("pk", flat=True)[: privacy.FORGET_BATCH])
    return QualitySample.objects.filter(pk__in=ids).delete()[0]


def _of(user_id: UUID) -> QuerySet[ReadingSession]:
    # Live and ended rows have indexes of their own, hence the four arms.
    return ReadingSession.objects.filter(
        Q(client_id=user_id, state__in=LIVE)
        | Q(reader_id=user_id, state__in=LIVE)
        | Q(client_id=user_id, state__in=TERMINAL)
        | Q(reader_id=user_id, state__in=TERMINAL)
    )


def _ended(before: datetime) -> QuerySet[ReadingSession]:
    """Readings that ended before then and that no open case is about."""
    ended = ReadingSession.objects.filter(state__in=TERMINAL, ended_at__lt=before)
    return ended.exclude(pk__in=privacy.withheld("session"))

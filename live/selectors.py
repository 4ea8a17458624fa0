"""Questions about readings, and the one gate for who may see one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.ledger import refundables
from backend.ledger import selectors as ledger
from live.addresses import room_url
from live.models import ChatMessage, ReadingSession, Segment
from live.states import LIVE, TERMINAL, Peer, State, cause_of
from readers import cards

CHAT_SHOWN_MAX = 200
ACTIVITY_LOOKED_AT = 1_000


@dataclass(frozen=True)
class ReceiptLine:
    """One capture: the seconds ``from_s`` to ``to_s`` and what they cost.

    ``reader_cents`` is the reader's part.
    """

    at: datetime
    from_s: int
    to_s: int
    cents: int
    reader_cents: int

    @property
    def seconds(self) -> int:
        return self.to_s - self.from_s


@dataclass(frozen=True)
class Receipt:
    """A reading as it is settled: what was used, what it cost, what came back."""

    session: ReadingSession
    role: str
    lines: Sequence[ReceiptLine]
    credits: Sequence[refundables.Back]
    stretches: Sequence[Segment]
    cause: str
    cause_words: str
    total_cents: int
    reader_cents: int
    platform_cents: int
    released_cents: int
    refunded_cents: int
    free_s: int

    @property
    def paid_cents(self) -> int:
        """What the client paid in the end."""
        return self.total_cents - self.refunded_cents

    @property
    def given_back_cents(self) -> int:
        """The reader's part of what came back."""
        return sum(one.reader_cents for one in self.credits)

    @property
    def kept_cents(self) -> int:
        """What is the reader's in the end."""
        return self.reader_cents - self.given_back_cents


@dataclass(frozen=True)
class BalanceAround:
    """Cash, promotional and held money together, before and after a reading."""

    before_cents: int
    after_cents: int


@dataclass(frozen=True)
class PeerCard:
    """The other person of a reading."""

    name: str
    role: str
    photo_url: str | None


@dataclass(frozen=True)
class ActiveReading:
    """A live reading, as every page of its people offers the way back to it."""

    id: UUID
    state: str
    kind: str
    role: str
    peer_name: str
    peer_photo_url: str | None
    url: str
    state_words: str


@dataclass(frozen=True)
class DayOfReader:
    """A reader's day so far."""

    readings: int
    seconds: int
    earned_cents: int


def live_of(user_id: UUID) -> QuerySet[ReadingSession]:
    """The live readings of a person, as client or reader (at most one of each)."""
    return ReadingSession.objects.filter(
        Q(client_id=user_id) | Q(reader_id=user_id), state__in=LIVE
    )


def sessions_of(user: User) -> QuerySet[ReadingSession]:
    """Every reading that ``user`` took part in, newest first."""
    # Live and ended rows have indexes of their own, hence the four arms.
    return (
        ReadingSession.objects.filter(
            Q(client=user, state__in=LIVE)
            | Q(reader=user, state__in=LIVE)
            | Q(client=user, state__in=TERMINAL)
            | Q(reader=user, state__in=TERMINAL)
        )
        .select_related("client", "reader", "reader__reader_profile")
        .order_by("-id")
    )


def session_of(user: User, session_id: UUID) -> ReadingSession:
    """The gate: one reading, for its two people only.

    :raises NotFound: there is none, or ``user`` may not know of it.
    """
    session = sessions_of(user).filter(id=session_id).first()
    if session is None:
        raise NotFound("There is no such reading.")
    return session


def role_of(user: User, session: ReadingSession) -> Peer:
    """Which of the two ``user`` is.

    :raises NotFound: neither.
    """
    peer = session.peer_of(user.id)
    if peer is None:
        raise NotFound("There is no such reading.")
    return peer


def live_session_of(user: User) -> ReadingSession | None:
    """The live reading of ``user``, if any."""
    return sessions_of(user).filter(state__in=LIVE).first()


def active_of(user: User) -> ActiveReading | None:
    """The live reading of ``user`` as the return bar shows it, if any."""
    session = live_session_of(user)
    if session is None:
        return None
    peer = peer_in(session, user)
    return ActiveReading(
        id=session.id,
        state=session.state,
        kind=session.kind,
        role=role_of(user, session).value,
        peer_name=peer.name,
        peer_photo_url=peer.photo_url,
        url=room_url(session.id),
        state_words=str(session.get_state_display()),
    )


def peer_in(session: ReadingSession, user: User) -> PeerCard:
    """The other one, as ``user`` sees them."""
    if role_of(user, session) is Peer.READER:
        return PeerCard(session.client.display_name, Peer.CLIENT.value, None)
    profile = getattr(session.reader, "reader_profile", None)
    photo = cards.photo_url(profile.photo.name, profile.portrait) if profile else None
    return PeerCard(session.reader.display_name, Peer.READER.value, photo)


def ended_of(user: User) -> QuerySet[ReadingSession]:
    """The history: readings that are over, newest first."""
    return sessions_of(user).filter(state__in=TERMINAL)


def minutes_of(session: ReadingSession) -> list[ReceiptLine]:
    """The charges, one line each, oldest first."""
    lines: list[ReceiptLine] = []
    done = 0
    for capture in ledger.captures_of(session.id):
        lines.append(
            ReceiptLine(capture.at, done, capture.billable_s, capture.cents, capture.reader_cents)
        )
        done = capture.billable_s
    return lines


def messages_of(session: ReadingSession) -> QuerySet[ChatMessage]:
    """The chat of a reading, oldest first."""
    return ChatMessage.objects.filter(session=session).order_by("id")


def latest_messages(session_id: UUID) -> list[ChatMessage]:
    """The last messages of a reading, oldest first, for a page that connects."""
    newest = ChatMessage.objects.filter(session_id=session_id).order_by("-id")[:CHAT_SHOWN_MAX]
    return list(reversed(newest))


def receipt(session: ReadingSession, role: str = Peer.CLIENT.value) -> Receipt:
    """What the reading cost, line by line; the sum of the lines is the total."""
    return Receipt(
        session=session,
        role=role,
        lines=minutes_of(session),
        credits=refundables.refunds_of(session.id) if session.refunded_cents else [],
        stretches=list(session.stretches.all()),
        cause=cause_of(session.state, session.reason),
        cause_words=ending_in_words(session),
        total_cents=session.captured_cents,
        reader_cents=session.reader_total_cents,
        platform_cents=session.captured_cents - session.reader_total_cents,
        released_cents=session.released_cents,
        refunded_cents=session.refunded_cents,
        free_s=min(session.free_s, session.billable_s),
    )


def balance_around(session: ReadingSession) -> BalanceAround | None:
    """The client's whole balance just before and after the reading; None when it cost nothing."""
    for row in ledger.activity_of(session.client_id, limit=ACTIVITY_LOOKED_AT):
        if row.about == f"session:{session.id}" and row.kind in ledger.OF_READINGS:
            return BalanceAround(row.balance_cents - row.amount_cents, row.balance_cents)
    return None


def ending_in_words(session: ReadingSession) -> str:
    """Why it is over, as the receipt says it; the state's own word while it is not."""
    if session.state == State.ENDED:
        return str(session.get_reason_display())
    if session.state == State.NO_CONNECT:
        return "The connection could not be made. Nothing was charged."
    if session.state == State.MISSED:
        return "The reader did not answer. Nothing was charged."
    if session.state == State.DECLINED:
        return "The reader declined. Nothing was charged."
    if session.state == State.CANCELLED:
        return "Cancelled before it began. Nothing was charged."
    return str(session.get_state_display())


def past_readings(client_id: UUID, reader_id: UUID) -> int:
    """How many readings the two have held."""
    return ReadingSession.objects.filter(
        client_id=client_id, reader_id=reader_id, state=State.ENDED, billable_s__gt=0
    ).count()


def day_of_reader(reader_id: UUID, since: datetime) -> DayOfReader:
    """Ended readings, connected seconds and earnings of a reader since an instant."""
    sums = ReadingSession.objects.filter(
        reader_id=reader_id, state__in=TERMINAL, requested_at__gte=since, billable_s__gt=0
    ).aggregate(n=Count("id"), seconds=Sum("billable_s"), cents=Sum("reader_total_cents"))
    return DayOfReader(sums["n"], sums["seconds"] or 0, sums["cents"] or 0)

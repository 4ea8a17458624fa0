"""The pack for a bank: what the client received between the payment and the dispute.

Nobody's words are in it: of a chat it says how many messages each side wrote and when. Of
addresses and devices it has a keyed hash's first letters, which say "the same" and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from backend.accounts import selectors as people
from backend.accounts.models import Trace
from backend.ledger import refundables
from live.models import ChatMessage, Gift, ReadingSession, StreamPass
from payouts.models import Chargeback, TopUp

READINGS_MAX: Final = 100
GIVEN_MAX: Final = 200
TRACES_MAX: Final = 40
CONSENTS_MAX: Final = 20
HASH_LETTERS: Final = 16


class Chat(NamedTuple):
    """How many messages each side wrote in a reading, the first and the last of them."""

    by_client: int = 0
    by_reader: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class PackReading:
    """One reading that took place. ``back_cents`` have come back to the client's wallet."""

    id: str
    reader: str
    kind: str
    began_at: datetime
    ended_at: datetime | None
    seconds: int
    charged_cents: int
    back_cents: int
    chat: Chat


@dataclass(frozen=True)
class PackGift:
    """A gift or an entrance in a live stream."""

    at: datetime
    what: str
    reader: str
    cents: int


@dataclass(frozen=True)
class Agreed:
    """Something that the client agreed to before the bank asked."""

    to: str
    version: str
    at: datetime


@dataclass(frozen=True)
class Seen:
    """A device or network that the client came with, by its hash."""

    kind: str
    hash: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Pack:
    """Everything for one answer. ``paid_at``: when the disputed payment was made."""

    case: Chargeback
    paid_at: datetime
    readings: list[PackReading]
    gifts: list[PackGift]
    agreed: list[Agreed]
    seen: list[Seen]
    made_at: datetime

    @property
    def seconds(self) -> int:
        return sum(reading.seconds for reading in self.readings)

    @property
    def charged_cents(self) -> int:
        given = sum(gift.cents for gift in self.gifts)
        return given + sum(reading.charged_cents for reading in self.readings)

    @property
    def back_cents(self) -> int:
        """What we have given back already, on our own account."""
        return sum(reading.back_cents for reading in self.readings)

    @property
    def is_empty(self) -> bool:
        return not self.readings and not self.gifts


def gather(case: Chargeback, *, at: datetime) -> Pack:
    """What the client had of us from the disputed payment on until the bank asked."""
    top_up = TopUp.objects.filter(payment_intent_id=case.payment_intent_id).first()
    paid_at = top_up.created_at if top_up else case.opened_at
    return Pack(
        case=case,
        paid_at=paid_at,
        readings=_readings(case, paid_at),
        gifts=_gifts(case, paid_at),
        agreed=_agreed(case),
        seen=_seen(case),
        made_at=at,
    )


def _readings(case: Chargeback, paid_at: datetime) -> list[PackReading]:
    sessions = ReadingSession.objects.filter(
        client=case.client_id, started_at__gte=paid_at, started_at__lte=case.opened_at
    ).select_related("reader")
    found = list(sessions.order_by("started_at")[:READINGS_MAX])
    chats = _chats([session.pk for session in found])
    return [_reading(session, chats.get(session.pk, Chat())) for session in found]


def _reading(session: ReadingSession, chat: Chat) -> PackReading:
    paid = refundables.paid_for(session.pk)
    return PackReading(
        id=str(session.pk),
        reader=session.reader.display_name,
        kind=session.get_kind_display(),
        began_at=session.started_at or session.requested_at,
        ended_at=session.ended_at,
        seconds=session.billable_s,
        charged_cents=paid.gross_cents if paid else 0,
        back_cents=paid.refunded_cents if paid else 0,
        chat=chat,
    )


def _chats(session_ids: list[UUID]) -> dict[UUID, Chat]:
    """How much was written in each reading, and when."""
    counted = (
        ChatMessage.objects.filter(session__in=session_ids)
        .values_list("session_id")
        .annotate(
            by_client=Count("id", filter=Q(sender="client")),
            by_reader=Count("id", filter=Q(sender="reader")),
            first_at=Min("at"),
            last_at=Max("at"),
        )
        .order_by()
    )
    return {session_id: Chat(*counts) for session_id, *counts in counted}


def _gifts(case: Chargeback, paid_at: datetime) -> list[PackGift]:
    between = Q(at__gte=paid_at, at__lte=case.opened_at)
    gifts = Gift.objects.filter(between, sender=case.client_id).select_related("kind", "reader")
    passes = StreamPass.objects.filter(between, client=case.client_id, refunded_at=None)
    entered = passes.select_related("stream__host")
    given = [
        PackGift(gift.at, f"Gift: {gift.kind.name}", gift.reader.display_name, gift.price_cents)
        for gift in gifts.order_by("at")[:GIVEN_MAX]
    ]
    given += [
        PackGift(
            entry.at,
            f"Entrance: {entry.stream.title}",
            entry.stream.host.display_name,
            entry.price_cents,
        )
        for entry in entered.order_by("at")[:GIVEN_MAX]
    ]
    return sorted(given, key=lambda one: one.at)[:GIVEN_MAX]


def _agreed(case: Chargeback) -> list[Agreed]:
    given = people.consents_of(case.client).filter(given_at__lte=case.opened_at)
    return [
        Agreed(consent.get_kind_display(), consent.version, consent.given_at)
        for consent in given.order_by("given_at")[:CONSENTS_MAX]
    ]


def _seen(case: Chargeback) -> list[Seen]:
    traces = people.traces_of(case.client_id).exclude(kind=Trace.Kind.CARD)
    return [
        Seen(
            str(Trace.Kind(trace.kind).label),
            bytes(trace.digest).hex()[:HASH_LETTERS],
            trace.first_seen_at,
            trace.last_seen_at,
        )
        for trace in traces[:TRACES_MAX]
    ]

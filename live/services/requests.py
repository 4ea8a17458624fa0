"""From the ring to the answer: request, accept, decline, cancel."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from backend.accounts import exclusions, features
from backend.accounts import selectors as people
from backend.accounts.models import User
from backend.core.errors import IllegalMove, NotFound, TooMany
from backend.core.templatetags import money as words
from backend.ledger import movements, spending
from backend.ledger.errors import InsufficientFunds
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live import errors, metering, rules, selectors
from live.addresses import room_url
from live.facts import COLUMNS, Draft, Event, Facts, HoldMore, Reading, Sight, known
from live.models import FreeSecondsClaim, ReadingSession
from live.services import turns
from live.states import TERMINAL, State, What
from readers import pricing
from readers import selectors as offers
from readers.errors import ReaderBusy
from readers.services import availability

_AGAINST = {
    "a_client_holds_one_session_at_a_time": errors.AlreadyInAReading,
    "a_reader_holds_one_session_at_a_time": ReaderBusy,
    "nobody_reads_for_oneself": errors.OwnReading,
}
_HELD = ["held_promo_cents", "held_cash_cents", "holds", "funded_s", "cap_cents"]


@transaction.atomic
def request(
    *,
    client: User,
    reader_id: UUID,
    kind: str,
    at: datetime,
    spend_cap_cents: int | None = None,
    question: str = "",
) -> ReadingSession:
    """Ring a reader. Holds the price of the first quota; nothing is charged until both connect.

    :raises OwnReading, NotAClient, Suspended, Blocked, CapTooLow: a rule forbids it (422).
    :raises AccountUnderReview: staff has to look at the client first.
    :raises TooMany: six requests in ten minutes, or two unanswered ones to this reader.
    :raises ReaderOffline, ReaderBusy, KindNotOffered: the reader cannot be rung for this.
    :raises AlreadyInAReading: the client has a live reading.
    :raises FeatureOff: staff have paused new readings.
    :raises SelfExcluded, SpendLimitReached: the client does not want to be let spend (that much).
    :raises InsufficientFunds: less than three minutes' worth can be spent.
    """
    features.demand("readings", client)
    _refuse_excluded(client, at)
    _refuse_unfit_pair(client, reader_id)
    _refuse_haste(client.id, reader_id, at)
    if selectors.live_of(client.id).exists():
        raise errors.AlreadyInAReading
    offer = offers.bookable(reader_id, kind, now=at)
    session = ReadingSession(
        client=client,
        reader_id=reader_id,
        kind=kind,
        question=question,
        rate_per_minute_cents=offer.rate_cents,
        currency=settings.CURRENCY,
        increment_s=settings.BILLING_INCREMENT_SECONDS,
        split_bps=settings.SPLIT_BPS,
        free_s=_free_seconds_for(client.id),
        cap_cents=spend_cap_cents,
        relay_only=offer.relay_only,
        requested_at=at,
        touched_at=at,
        deadline_at=at + timedelta(seconds=rules.current().ring_s),
    )
    session.next_due_at = session.deadline_at
    _refuse_low_cap(session)
    _insert(session)
    _hold(session, at)
    availability.occupy(reader_id=reader_id, session_id=session.id, at=at)
    _ring(session, client)
    return session


@transaction.atomic
def accept(*, session_id: UUID, at: datetime) -> ReadingSession:
    """The reader takes the ring. Accepting twice is the same as once.

    :raises IllegalMove: it no longer rings.
    """
    session = _answer(session_id, What.ACCEPT, at)
    availability.answered(reader_id=session.reader_id)
    return session


@transaction.atomic
def decline(*, session_id: UUID, at: datetime) -> ReadingSession:
    """The reader says no; the hold goes back.

    :raises IllegalMove: it no longer rings.
    """
    session = _answer(session_id, What.DECLINE, at)
    availability.answered(reader_id=session.reader_id)
    return session


@transaction.atomic
def cancel(*, session_id: UUID, at: datetime) -> ReadingSession:
    """The client takes the request back before the meter runs; the hold goes back.

    :raises IllegalMove: the reading is running.
    """
    return _answer(session_id, What.CANCEL, at)


def _answer(session_id: UUID, what: What, at: datetime) -> ReadingSession:
    decision = turns.take_one(session_id, Event(what), at)
    if decision is None:
        raise NotFound("There is no such reading.")
    if decision.refused:
        raise IllegalMove(
            "This is not possible any more.", state=decision.after.state, to=what.value
        )
    return ReadingSession.objects.get(id=session_id)


def _refuse_excluded(client: User, at: datetime) -> None:
    """Whoever shuts themselves out waits for this lock, and then finds the request and ends it."""
    User.objects.select_for_update(no_key=True).get(pk=client.pk)
    exclusions.refuse(client.id, at=at)


def _refuse_unfit_pair(client: User, reader_id: UUID) -> None:
    if client.id == reader_id:
        raise errors.OwnReading
    if not client.is_client:
        raise errors.NotAClient
    if client.is_frozen:
        raise errors.Suspended
    people.refuse_under_review(client.id)
    if people.blocked_between(client.id, reader_id):
        raise errors.Blocked


def _refuse_haste(client_id: UUID, reader_id: UUID, at: datetime) -> None:
    """R10: so many requests in ten minutes, and a rest after two that came to nothing."""
    window = timedelta(seconds=settings.REQUESTS_WINDOW_SECONDS)
    recent = ReadingSession.objects.filter(
        client_id=client_id, state__in=TERMINAL, requested_at__gt=at - window
    )
    asked = list(recent.order_by("requested_at").values_list("requested_at", flat=True))
    if len(asked) >= settings.REQUESTS_MAX:
        wait = asked[-settings.REQUESTS_MAX] + window - at
        raise TooMany(
            "You asked often in the last minutes. Please wait a little.",
            retry_after=max(1, int(wait.total_seconds())),
        )
    vain = recent.filter(
        reader_id=reader_id,
        state__in=[State.MISSED, State.CANCELLED],
        ended_at__gt=at - window,
    ).order_by("-ended_at")
    ends = list(vain.values_list("ended_at", flat=True)[: settings.UNANSWERED_MAX])
    if len(ends) >= settings.UNANSWERED_MAX and ends[0] is not None:
        raise TooMany(
            "This reader did not answer twice. Please try again in ten minutes.",
            retry_after=max(1, int((ends[0] + window - at).total_seconds())),
        )


def _free_seconds_for(client_id: UUID) -> int:
    if not settings.FREE_SECONDS or FreeSecondsClaim.objects.filter(client_id=client_id).exists():
        return 0
    return int(settings.FREE_SECONDS)


def _price(session: ReadingSession, seconds: int) -> int:
    return pricing.price(
        seconds=seconds,
        rate_cents=session.rate_per_minute_cents,
        increment_s=session.increment_s,
        free_s=session.free_s,
    )


def _refuse_low_cap(session: ReadingSession) -> None:
    least = _price(session, rules.current().min_start_s)
    if session.cap_cents is not None and session.cap_cents < least:
        raise errors.CapTooLow(
            f"A cap covers at least the first minutes: {words.money(least)} or more at this rate.",
            minimum_cents=least,
        )


def _insert(session: ReadingSession) -> None:
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as refusal:
        for name, error in _AGAINST.items():
            if name in str(refusal):
                raise error() from refusal
        raise


def _hold(session: ReadingSession, at: datetime) -> None:
    """Movement 3, once enough for the first minutes is there (R4).

    The client's own spend limit is a cap on the reading.
    """
    locked = movements.lock_funds([session.client_id], [session.reader_id])
    funds = locked[session.client_id]
    spendable = funds.spendable_cents
    needed = _price(session, rules.current().min_start_s)
    room = spending.room_of(session.client_id, at=at)
    if room and room.cents < needed:
        raise spending.reached(room, needed)
    if spendable < needed:
        raise InsufficientFunds(needed_cents=needed, available_cents=spendable)
    if room:
        session.cap_cents = min(room.cents, session.cap_cents or room.cents)
    row = Reading(*(getattr(session, column) for column in COLUMNS))
    purse = turns.purse_of(funds, room)
    facts = Facts(row, Event(What.FUNDS), Sight(), purse, at)
    draft = Draft(facts, rules.current(), row, purse.promo_cents, purse.cash_cents)
    metering.hold(draft)
    row.funded_s = metering.funded_s(draft)
    movements.post_readings(
        [
            movements.Hold(row.id, hold.n, row.client_id, hold.promo_cents, hold.cash_cents)
            for hold in draft.money
            if isinstance(hold, HoldMore)
        ],
        at=at,
        funds=locked,
    )
    for column in _HELD:
        setattr(session, column, getattr(row, column))
    session.save(update_fields=_HELD)


def _ring(session: ReadingSession, client: User) -> None:
    publish(
        events.IncomingRequest(
            session_id=session.id,
            client_name=client.display_name,
            kind=session.kind,
            rate_per_minute_cents=session.rate_per_minute_cents,
            cap_cents=session.cap_cents,
            question=session.question,
            past_readings=selectors.past_readings(client.id, session.reader_id),
            expires_at=known(session.deadline_at),
        ),
        to=rooms.user(session.reader_id),
    )
    moved = events.ReadingMoved(
        session_id=session.id, state=session.state, url=room_url(session.id)
    )
    publish(moved, to=rooms.user(session.client_id))
    publish(moved, to=rooms.user(session.reader_id))

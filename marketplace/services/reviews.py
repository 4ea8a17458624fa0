"""Reviews: one for each paid reading, changed for a while, answered by the reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.notifications import services as notifications
from live.models import ReadingSession
from live.states import State
from marketplace.errors import AlreadyReviewed, NothingToReview, ReviewClosed
from marketplace.models import REPLY_CHARS_MAX, TEXT_CHARS_MAX, Review
from readers.services import profiles

WRITE_WITHIN: Final = timedelta(days=30)
CHANGE_WITHIN: Final = timedelta(hours=72)
SHOWN_IN_NOTICE: Final = 140


@transaction.atomic
def write(*, client: User, session_id: UUID, stars: int, text: str, at: datetime) -> Review:
    """Say how a reading was.

    :raises NotFound: no such reading of this person.
    :raises Forbidden: the reader of it asks.
    :raises NothingToReview: it is not over, or no second of it was paid.
    :raises AlreadyReviewed: it has its review.
    :raises ReviewClosed: it ended more than 30 days ago.
    :raises InvalidInput: stars outside 1 to 5, or a text too long.
    """
    session = _reading_of(client, session_id)
    if session.state != State.ENDED or session.billable_s < 1:
        raise NothingToReview
    if session.ended_at is not None and at > session.ended_at + WRITE_WITHIN:
        raise ReviewClosed("A reading can be reviewed for 30 days.")
    if Review.objects.filter(session=session).exists():
        raise AlreadyReviewed
    review = Review.objects.create(
        session=session,
        client=client,
        reader_id=session.reader_id,
        stars=_sound_stars(stars),
        text=_sound_text(text, TEXT_CHARS_MAX),
        kind=session.kind,
        billed_s=session.billable_s,
        created_at=at,
    )
    profiles.record_rating(reader_id=session.reader_id, stars_delta=stars, count_delta=1)
    notifications.notify(
        user_id=session.reader_id,
        kind="review-received",
        title=f"{stars} of 5 stars from {client.display_name}",
        body=review.text[:SHOWN_IN_NOTICE],
        url=f"/sessions/{session_id}/receipt/",
        at=at,
    )
    return review


@transaction.atomic
def change(*, client: User, session_id: UUID, stars: int, text: str, at: datetime) -> Review:
    """Change one's own review within 72 hours of writing it.

    :raises NotFound: there is no such review of this person.
    :raises Forbidden: the reader of it asks.
    :raises ReviewClosed: the 72 hours are over, or our team took it down.
    :raises InvalidInput: stars outside 1 to 5, or a text too long.
    """
    session = _reading_of(client, session_id)
    review = Review.objects.select_for_update().filter(session=session).first()
    if review is None:
        raise NotFound("There is no review of this reading.")
    if not may_change(review, at=at):
        raise ReviewClosed
    delta = _sound_stars(stars) - review.stars
    review.stars, review.text, review.edited_at = stars, _sound_text(text, TEXT_CHARS_MAX), at
    review.save(update_fields=["stars", "text", "edited_at"])
    profiles.record_rating(reader_id=review.reader_id, stars_delta=delta, count_delta=0)
    return review


@transaction.atomic
def reply(*, reader: User, session_id: UUID, text: str, at: datetime) -> Review:
    """Answer a review, or change the answer; an empty text takes it back.

    :raises NotFound: no such review of a reading that this person gave.
    :raises InvalidInput: a text too long.
    """
    review = (
        Review.objects.select_for_update()
        .filter(session_id=session_id, reader=reader, hidden_at__isnull=True)
        .first()
    )
    if review is None:
        raise NotFound("There is no review of this reading.")
    is_first = not review.reply
    review.reply = _sound_text(text, REPLY_CHARS_MAX)
    review.replied_at = at if review.reply else None
    review.save(update_fields=["reply", "replied_at"])
    if is_first and review.reply:
        notifications.notify(
            user_id=review.client_id,
            kind="review-replied",
            title=f"{reader.display_name} answered your review",
            body=review.reply[:SHOWN_IN_NOTICE],
            url=f"/sessions/{session_id}/receipt/",
            at=at,
        )
    return review


@transaction.atomic
def hide(*, review_id: UUID, at: datetime) -> None:
    """Take a review down, for abuse or a technical fault; its stars no longer count.

    :raises NotFound: there is none.
    """
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound("There is no such review.")
    if review.hidden_at is not None:
        return
    review.hidden_at = at
    review.save(update_fields=["hidden_at"])
    profiles.record_rating(reader_id=review.reader_id, stars_delta=-review.stars, count_delta=-1)


def may_change(review: Review, *, at: datetime) -> bool:
    """Whether its author may still change it."""
    return review.hidden_at is None and at <= review.created_at + CHANGE_WITHIN


def _reading_of(client: User, session_id: UUID) -> ReadingSession:
    """The reading, locked, so that two reviews of it come one after the other."""
    session = ReadingSession.objects.select_for_update().filter(pk=session_id).first()
    if session is None or client.pk not in (session.client_id, session.reader_id):
        raise NotFound("There is no such reading.")
    if session.client_id != client.pk:
        raise Forbidden("Only the client reviews a reading.")
    return session


def _sound_stars(stars: int) -> int:
    if not 1 <= stars <= 5:
        raise InvalidInput("Give one to five stars.")
    return stars


def _sound_text(text: str, chars_max: int) -> str:
    sound = text.strip()
    if len(sound) > chars_max:
        raise InvalidInput(f"Write at most {chars_max} characters.")
    return sound

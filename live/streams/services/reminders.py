"""Reminders: who wants to be told of a stream, and telling them, each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from backend.accounts.models import Block, User
from backend.core.errors import IllegalMove
from backend.notifications import services as notifications
from live.models import Stream, StreamReminder
from live.stream_states import StreamState
from live.streams import selectors
from live.streams.addresses import room_url

SOON: Final = timedelta(minutes=10)
LATE: Final = timedelta(minutes=10)
BATCH: Final = 200
Words = tuple[str, str]


@transaction.atomic
def keep(*, user: User, stream_id: UUID, at: datetime) -> StreamReminder:
    """Remind somebody of an announced stream. Again changes nothing.

    :raises NotFound: they may not know of it. :raises IllegalMove: it has begun or has no time.
    """
    stream = selectors.stream_of(user, stream_id)
    if stream.state != StreamState.SCHEDULED or stream.scheduled_at is None:
        raise IllegalMove("There is nothing to be reminded of.", state=stream.state)
    kept, _ = StreamReminder.objects.get_or_create(stream=stream, user=user, defaults={"at": at})
    return kept


def let_go(*, user: User, stream_id: UUID) -> None:
    """No reminder, then. Harmless when there was none.

    :raises NotFound: they may not know of the stream.
    """
    stream = selectors.stream_of(user, stream_id)
    StreamReminder.objects.filter(stream=stream, user=user).delete()


def send_due(*, at: datetime) -> int:
    """Tell those who wait: ten minutes before, when it begins, or that it was cancelled.

    Up to ``BATCH`` of each; a row is claimed under its lock, so nobody is told twice. Where one
    blocked the other nothing is told.
    """
    soon = Q(
        sent_at=None,
        stream__state=StreamState.SCHEDULED,
        stream__scheduled_at__lte=at + SOON,
        stream__scheduled_at__gt=at - LATE,
        stream__host__frozen_at=None,
    )
    live = Q(told_live_at=None, stream__state=StreamState.LIVE)
    cancelled = Q(told_live_at=None, stream__state=StreamState.CANCELLED)
    return (
        _tell(soon, {"sent_at": at}, _soon_words, at)
        + _tell(live, {"sent_at": at, "told_live_at": at}, _live_words, at)
        + _tell(cancelled, {"sent_at": at, "told_live_at": at}, _cancelled_words, at)
    )


@transaction.atomic
def _tell(due: Q, marks: Mapping[str, Any], words: Callable[[Stream], Words], at: datetime) -> int:
    user, host = OuterRef("user"), OuterRef("stream__host")
    blocks = Block.objects.filter(Q(blocker=user, blocked=host) | Q(blocker=host, blocked=user))
    waiting = StreamReminder.objects.filter(
        due, ~Exists(blocks), user__is_active=True, user__frozen_at=None
    ).select_related("stream__host")
    claimed = list(waiting.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    StreamReminder.objects.filter(id__in=[one.id for one in claimed]).update(**marks)
    for one in claimed:
        title, body = words(one.stream)
        notifications.notify(
            user_id=one.user_id,
            kind="stream",
            title=title,
            body=body,
            url=room_url(one.stream_id),
            at=at,
        )
    return len(claimed)


def _soon_words(stream: Stream) -> Words:
    when = f"{stream.scheduled_at:%H:%M} UTC" if stream.scheduled_at else "soon"
    return f"{stream.host.display_name} goes live at {when}", stream.title


def _live_words(stream: Stream) -> Words:
    return f"{stream.host.display_name} is live now", stream.title


def _cancelled_words(stream: Stream) -> Words:
    return f"{stream.host.display_name} called a stream off", f"{stream.title} does not take place."

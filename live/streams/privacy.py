"""What live rooms and gifts keep of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from backend.accounts.models import User
from backend.core import privacy
from live.models import (
    Gift,
    GiftLimit,
    RaisedHand,
    Stream,
    StreamInvitation,
    StreamMessage,
    StreamModerator,
    StreamPass,
    StreamReminder,
    StreamReport,
    StreamSilence,
)
from live.stream_states import StreamState

_OVER: Final = (StreamState.ENDED, StreamState.CANCELLED)
ERASED_WORDS: Final = "(The writer has left SoulSeer.)"
ERASED_TITLE: Final = "A stream"


@privacy.exports(
    "gifts",
    title="Gifts and entrances",
    words="Gifts you sent or were given, entrances you paid, and your limit for gifts.",
    tables=["live.Gift", "live.StreamPass", "live.GiftLimit"],
)
def gifts(user_id: UUID) -> Iterator[privacy.Row]:
    """Gifts of both directions; who sent an anonymous one stays unsaid."""
    sent = Gift.objects.filter(sender_id=user_id).order_by("pk")
    for row in privacy.rows(
        sent, "at", "price_cents", what=F("kind__name"), to=F("reader__display_name")
    ):
        yield {"direction": "sent", **row}
    got = Gift.objects.filter(reader_id=user_id).order_by("pk")
    for row in privacy.rows(got, "at", "price_cents", "reader_cents", what=F("kind__name")):
        yield {"direction": "received", **row}
    passes = StreamPass.objects.filter(client_id=user_id).order_by("pk")
    for row in privacy.rows(
        passes, "at", "price_cents", "refunded_at", stream_title=F("stream__title")
    ):
        yield {"direction": "entrance", **row}
    yield from privacy.rows(
        GiftLimit.objects.filter(client_id=user_id), "cents", "next_cents", "raised_at"
    )


@privacy.exports(
    "streams",
    title="Live rooms",
    words="Rooms you opened, what you wrote in rooms, and what you wanted to be reminded of.",
    tables=[
        *("live.Stream", "live.StreamMessage", "live.StreamReminder", "live.StreamModerator"),
        *("live.RaisedHand", "live.StreamSilence", "live.StreamReport"),
    ],
)
def streams(user_id: UUID) -> Iterator[privacy.Row]:
    """One kind of row after the other; ``what`` says which."""
    kinds = {
        "room": privacy.rows(
            Stream.objects.filter(host_id=user_id).order_by("pk"),
            *("title", "topic", "language", "access", "created_at", "started_at", "ended_at"),
            *("gifts_cents", "passes_cents", "earned_cents", "viewers_peak", "own_words"),
        ),
        "message": privacy.rows(
            StreamMessage.objects.filter(sender_id=user_id).order_by("pk"),
            *("stream_id", "at", "text", "removed_at"),
        ),
        "reminder": privacy.rows(
            StreamReminder.objects.filter(user_id=user_id), "at", stream_title=F("stream__title")
        ),
        "raised hand": privacy.rows(
            RaisedHand.objects.filter(user_id=user_id), "stream_id", "raised_at", "lowered_at"
        ),
        "moderator": privacy.rows(
            StreamModerator.objects.filter(Q(host_id=user_id) | Q(user_id=user_id)),
            "at",
            host_name=F("host__display_name"),
            moderator_name=F("user__display_name"),
        ),
        "silenced": privacy.rows(
            StreamSilence.objects.filter(user_id=user_id), "stream_id", "kind", "at", "until"
        ),
        "report": privacy.rows(
            StreamReport.objects.filter(reporter_id=user_id), "stream_id", "reason", "at"
        ),
    }
    for what, rows in kinds.items():
        for row in rows:
            yield {"what": what, **row}


@privacy.objects
def a_room_is_live(user_id: UUID) -> Iterator[privacy.Objection]:
    """A reader does not vanish from under their viewers."""
    if Stream.objects.filter(host_id=user_id, state=StreamState.LIVE).exists():
        yield privacy.Objection("stream_live", "You are live. End the stream first.", "/studio/")


@privacy.erases("streams")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Their words and pictures go; gifts and entrances are the other side's receipts."""
    address = User.objects.values_list("email", flat=True).get(pk=user_id)
    StreamInvitation.objects.filter(email__iexact=address).delete()
    for stream in Stream.objects.filter(host_id=user_id).exclude(thumbnail=""):
        storage, name = stream.thumbnail.storage, str(stream.thumbnail.name)
        transaction.on_commit(partial(storage.delete, name), robust=True)
    Stream.objects.filter(host_id=user_id).update(
        title=ERASED_TITLE, topic="", thumbnail="", goal_title="", own_words=[]
    )
    for model in (StreamReminder, RaisedHand):
        model.objects.filter(user_id=user_id).delete()
    GiftLimit.objects.filter(client_id=user_id).delete()
    StreamModerator.objects.filter(Q(host_id=user_id) | Q(user_id=user_id)).delete()
    StreamReport.objects.filter(reporter_id=user_id).update(reason="")
    return StreamMessage.objects.filter(sender_id=user_id).update(text=ERASED_WORDS)


@privacy.forgets(
    "stream-chat",
    title="Chat of live rooms",
    kept=timedelta(days=30),
    kept_words="30 days after the stream; what was reported, until that is settled",
    why="So that reports can be looked into.",
)
def forget_chats(*, before: datetime) -> int:
    """Messages of streams that ended before then, but those that somebody reported."""
    over = Stream.objects.filter(state__in=_OVER, ended_at__lt=before)
    reported = Exists(StreamReport.objects.filter(message=OuterRef("pk")))
    old = StreamMessage.objects.filter(~reported, stream__in=over).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[: privacy.FORGET_BATCH])
    return StreamMessage.objects.filter(pk__in=ids).delete()[0]

"""Live rooms and what happens in them. Cents, whole seconds, UTC."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from backend.accounts.models import ReportState
from backend.core.ids import uuid7
from live.stream_states import Access, EndReason, HostIs, StreamState

STREAM_TEXT_CHARS_MAX: Final = 500
STREAM_KEY_CHARS_MAX: Final = 64
OWN_WORDS_MAX: Final = 50
OWN_WORD_CHARS_MAX: Final = 40
_USER = settings.AUTH_USER_MODEL


def thumbnail_path(stream: Stream, filename: str) -> str:
    """Where a picture lies: a name of our own choosing, never the uploader's."""
    return f"streams/{uuid7()}.webp"


class Stream(models.Model):
    """One live room, from its announcement to its summary.

    Only ``live.streams.services.streams`` writes ``state``. ``gifts_cents`` and ``earned_cents``
    are written in the transaction of each gift, so they always equal the ledger. ``own_words``:
    what the host does not want said, beside the house's list.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.ForeignKey(_USER, models.PROTECT, related_name="streams", db_index=False)
    title = models.CharField(max_length=120)
    topic = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    thumbnail = models.ImageField(upload_to=thumbnail_path, blank=True)
    access = models.CharField(max_length=8, choices=Access, default=Access.PUBLIC)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")

    state = models.CharField(max_length=12, choices=StreamState, default=StreamState.SCHEDULED)
    version = models.PositiveIntegerField(default=1)
    end_reason = models.CharField(max_length=12, choices=EndReason, blank=True, default="")
    host_is = models.CharField(max_length=12, choices=HostIs, default=HostIs.AWAY)
    back_at = models.DateTimeField(null=True, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    slow_mode_s = models.PositiveSmallIntegerField(default=0)
    own_words = ArrayField(
        models.CharField(max_length=OWN_WORD_CHARS_MAX),
        default=list,
        blank=True,
        size=OWN_WORDS_MAX,
    )
    pinned = models.ForeignKey(
        "live.StreamMessage", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    goal_title = models.CharField(max_length=80, blank=True, default="")
    goal_cents = models.PositiveIntegerField(null=True, blank=True)

    viewers_now = models.PositiveIntegerField(default=0)
    viewers_peak = models.PositiveIntegerField(default=0)
    gifts_count = models.PositiveIntegerField(default=0)
    gifts_cents = models.PositiveBigIntegerField(default=0)
    passes_cents = models.PositiveBigIntegerField(default=0)
    earned_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(state=StreamState.LIVE),
                name="a_reader_is_live_in_one_room_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=StreamState.values), name="the_state_of_a_stream_is_known"
            ),
            models.CheckConstraint(
                condition=Q(access=Access.PREMIUM, price_cents__gt=0)
                | (~Q(access=Access.PREMIUM) & Q(price_cents__isnull=True)),
                name="a_premium_stream_has_a_price_and_no_other_has",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[StreamState.SCHEDULED, StreamState.CANCELLED])
                | Q(started_at__isnull=False),
                name="a_stream_that_ran_has_a_beginning",
            ),
            models.CheckConstraint(
                condition=Q(state=StreamState.ENDED, ended_at__isnull=False)
                | (~Q(state=StreamState.ENDED) & Q(ended_at__isnull=True)),
                name="an_ended_stream_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(earned_cents__lte=F("gifts_cents") + F("passes_cents")),
                name="a_host_earns_at_most_what_was_given",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-viewers_now", "-id"],
                condition=Q(state=StreamState.LIVE),
                name="streams_live",
            ),
            models.Index(
                fields=["scheduled_at", "id"],
                condition=Q(state=StreamState.SCHEDULED),
                name="streams_scheduled",
            ),
            models.Index(fields=["host", "-id"], name="streams_of_host"),
            models.Index(
                fields=["-ended_at"],
                condition=Q(state=StreamState.ENDED),
                name="streams_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.state == StreamState.LIVE


class StreamInvitation(models.Model):
    """Who may watch a private stream, by e-mail address in lower case.

    ``told_at``: when whoever has that address was told of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "email"], name="nobody_is_invited_twice"),
        ]

    def __str__(self) -> str:
        return self.email


class StreamPass(models.Model):
    """One client's entrance to one premium stream, paid once at the door.

    ``refunded_at``: when the stream came to nothing and the price went back to the wallet.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="passes")
    client = models.ForeignKey(_USER, models.PROTECT, related_name="stream_passes")
    price_cents = models.PositiveIntegerField()
    reader_cents = models.PositiveIntegerField()
    at = models.DateTimeField()
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "client"], name="nobody_pays_a_door_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.stream_id}"


class StreamReminder(models.Model):
    """Somebody wants to be told before a scheduled stream begins, and when it does.

    ``sent_at``: they were told that it comes; ``told_live_at``: that it is there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(_USER, models.CASCADE, related_name="stream_reminders")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    told_live_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "user"], name="one_reminder_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.stream_id}"


class StreamMessage(models.Model):
    """One line of a room's chat. ``key`` is the sender's own, unique."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="messages", db_index=False)
    sender = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    key = models.CharField(max_length=STREAM_KEY_CHARS_MAX)
    text = models.CharField(max_length=STREAM_TEXT_CHARS_MAX)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "sender", "key"], name="a_stream_message_is_sent_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_stream_message_says_something"),
        ]
        indexes = [models.Index(fields=["stream", "-id"], name="stream_messages_latest")]

    def __str__(self) -> str:
        return f"{self.sender_id} at {self.at:%H:%M:%S}"


class StreamSilence(models.Model):
    """Somebody may not speak in a room (``mute``), or not be there at all (``put_out``).

    ``until`` null: for as long as the stream runs. ``enforced_at``: when the engine had put
    them out; null until it answered.
    """

    class Kind(models.TextChoices):
        MUTE = "mute", "Muted"
        PUT_OUT = "put_out", "Put out"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="silences")
    user = models.ForeignKey(_USER, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    enforced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "user", "kind"], name="one_silence_each"),
        ]
        indexes = [
            models.Index(
                fields=["stream"],
                condition=Q(kind="put_out", enforced_at=None),
                name="silences_to_enforce",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class StreamModerator(models.Model):
    """Somebody whom a reader trusts to keep order in all of their rooms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.ForeignKey(_USER, models.CASCADE, related_name="moderators", db_index=False)
    user = models.ForeignKey(_USER, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "user"], name="one_moderator_each"),
            models.CheckConstraint(condition=~Q(host=F("user")), name="a_host_needs_no_badge"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.host_id}"


class StreamReport(models.Model):
    """A complaint about a message or a person in a room, for the review queue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    about = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    message = models.ForeignKey(StreamMessage, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=ReportState, default=ReportState.OPEN)
    reviewed_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", reviewed_at=None)
                | (~Q(state="open") & Q(reviewed_at__isnull=False)),
                name="a_room_report_is_open_until_reviewed",
            ),
            models.UniqueConstraint(
                fields=["stream", "reporter", "about", "message"],
                nulls_distinct=False,
                name="one_report_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about_id} by {self.reporter_id}"


class RaisedHand(models.Model):
    """A viewer would like a paid reading with the host of the room."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="hands")
    user = models.ForeignKey(_USER, models.CASCADE, related_name="+")
    raised_at = models.DateTimeField()
    lowered_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "user"], name="one_hand_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.stream_id}"

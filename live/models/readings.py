"""Readings and what is kept of them. Cents, whole seconds, UTC."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7
from live.states import LIVE, ROOM_OPEN, TERMINAL, Pause, Peer, Reason, State
from readers.kinds import Kind

TEXT_CHARS_MAX = 4_000
QUESTION_CHARS_MAX = 500
KEY_CHARS_MAX = 64
PEERS = [(peer.value, peer.value.title()) for peer in Peer]

_HELD = F("held_promo_cents") + F("held_cash_cents")
_CAPTURED = F("captured_promo_cents") + F("captured_cash_cents")
_MONEY = (
    "captured_promo_cents",
    "captured_cash_cents",
    "held_promo_cents",
    "held_cash_cents",
    "released_cents",
    "reader_total_cents",
    "refunded_cents",
    "refunded_split_cents",
)


def _cents() -> models.PositiveBigIntegerField[int, int]:
    return models.PositiveBigIntegerField(default=0)


def _seconds() -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(default=0)


def _instant() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True, blank=True)


class ReadingSession(models.Model):
    """One reading, from the ring to the receipt (money.md §4.3).

    Rate, split, free seconds and increment are frozen at the request; the cap alone may be
    raised. Captures are cumulative: ``captured_*`` is the price of the posted seconds.
    Only ``live.services.turns`` writes a live row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings_taken", db_index=False
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings_given", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    pause = models.CharField(max_length=8, choices=Pause, blank=True, default="")
    reason = models.CharField(max_length=16, choices=Reason, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    question = models.CharField(max_length=QUESTION_CHARS_MAX, blank=True, default="")
    relay_only = models.BooleanField(default=False)

    rate_per_minute_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    increment_s = models.PositiveSmallIntegerField(default=1)
    split_bps = models.PositiveSmallIntegerField(default=7_000)
    free_s = _seconds()
    cap_cents = models.PositiveBigIntegerField(null=True, blank=True)

    billable_s = _seconds()
    funded_s = models.PositiveBigIntegerField(default=0)
    unbilled_s = _seconds()  # proven, but beyond the quota while no worker ran: free
    captured_promo_cents = _cents()
    captured_cash_cents = _cents()
    held_promo_cents = _cents()
    held_cash_cents = _cents()
    released_cents = _cents()
    reader_total_cents = _cents()
    refunded_cents = _cents()
    refunded_split_cents = _cents()
    holds = models.PositiveSmallIntegerField(default=0)
    segments = models.PositiveSmallIntegerField(default=0)

    segment_start = _instant()  # observed time up to here is in billable_s
    segment_opened_at = _instant()
    segment_opened_s = _seconds()
    client_seen_at = _instant()
    reader_seen_at = _instant()
    reader_spoke_at = _instant()
    paused_from = _instant()
    paused_s = _seconds()
    funds_pauses = models.PositiveSmallIntegerField(default=0)
    client_drops = models.PositiveSmallIntegerField(default=0)
    reader_drops = models.PositiveSmallIntegerField(default=0)
    missing = models.CharField(max_length=16, blank=True, default="")
    checkout_until = _instant()
    warned_s = models.PositiveIntegerField(null=True, blank=True)
    deadline_at = _instant()
    next_due_at = _instant()
    touched_at = models.DateTimeField()
    quarantined_at = _instant()
    requested_at = models.DateTimeField()
    accepted_at = _instant()
    started_at = _instant()
    ended_at = _instant()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state__in=LIVE),
                name="a_client_holds_one_session_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(state__in=LIVE),
                name="a_reader_holds_one_session_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(client=F("reader")), name="nobody_reads_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="the_state_of_a_session_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rate_per_minute_cents__gte=1, increment_s__gte=1)
                & Q(split_bps__lte=10_000),
                name="the_terms_of_a_session_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(held_promo_cents__gte=F("captured_promo_cents"))
                & Q(held_cash_cents__gte=F("captured_cash_cents")),
                name="nothing_is_captured_that_was_not_held",
            ),
            models.CheckConstraint(
                condition=Q(released_cents__lte=_HELD - _CAPTURED),
                name="captured_and_released_stay_within_the_hold",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE) | Q(released_cents=_HELD - _CAPTURED),
                name="an_ended_session_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(cap_cents__isnull=True) | Q(cap_cents__gte=_CAPTURED),
                name="no_session_costs_more_than_its_cap",
            ),
            models.CheckConstraint(
                condition=Q(reader_total_cents__lte=_CAPTURED)
                & Q(refunded_cents__lte=_CAPTURED)
                & Q(refunded_split_cents__lte=F("refunded_cents")),
                name="shares_and_refunds_stay_within_the_captured",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ACTIVE, segment_start__isnull=False)
                | (~Q(state=State.ACTIVE) & Q(segment_start__isnull=True)),
                name="the_meter_runs_only_while_active",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.PAUSED) & ~Q(pause="") & Q(deadline_at__isnull=False))
                | (~Q(state=State.PAUSED) & Q(pause="")),
                name="a_pause_has_a_reason_and_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, next_due_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=TERMINAL, next_due_at__isnull=True, ended_at__isnull=False),
                name="a_live_session_is_due_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at"], condition=Q(state__in=LIVE), name="session_due"),
            # Over ended rows only: a tick of a live one would have to write each of them.
            models.Index(
                fields=["client", "-requested_at"],
                condition=Q(state__in=TERMINAL),
                name="session_of_client",
            ),
            models.Index(
                fields=["reader", "-requested_at"],
                condition=Q(state__in=TERMINAL),
                name="session_of_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} reading {self.id}"

    @property
    def captured_cents(self) -> int:
        """What the client has paid so far."""
        return self.captured_promo_cents + self.captured_cash_cents

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_room_open(self) -> bool:
        return self.state in ROOM_OPEN

    def peer_of(self, user_id: object) -> Peer | None:
        """Which of the two ``user_id`` is, or None for a stranger."""
        if user_id == self.client_id:
            return Peer.CLIENT
        return Peer.READER if user_id == self.reader_id else None


class Segment(models.Model):
    """A stretch in which both were connected: for the receipt and as evidence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(ReadingSession, models.PROTECT, related_name="stretches")
    n = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    billed_s = _seconds()

    class Meta:
        ordering = ["n"]
        constraints = [
            models.UniqueConstraint(fields=["session", "n"], name="a_segment_is_written_once"),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("started_at")), name="a_segment_ends_after_it_started"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.n}"


class ChatMessage(models.Model):
    """One line of the chat beside or in a reading. ``key`` is the sender's own, unique."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(ReadingSession, models.PROTECT, related_name="messages")
    sender = models.CharField(max_length=8, choices=PEERS)
    key = models.CharField(max_length=KEY_CHARS_MAX)
    text = models.CharField(max_length=TEXT_CHARS_MAX)
    at = models.DateTimeField()
    delivered_at = _instant()
    read_at = _instant()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sender", "key"], name="a_message_is_sent_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} at {self.at:%H:%M:%S}"


class QualitySample(models.Model):
    """What one browser measured of the connection, kept as evidence, a few a minute."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(ReadingSession, models.CASCADE, related_name="quality")
    peer = models.CharField(max_length=8, choices=PEERS)
    at = models.DateTimeField()
    rtt_ms = models.PositiveIntegerField(null=True)
    loss_pct = models.FloatField(null=True)
    kbps_in = models.PositiveIntegerField(null=True)
    kbps_out = models.PositiveIntegerField(null=True)
    audio_level = models.FloatField(null=True)
    frames = models.PositiveBigIntegerField(null=True)
    microphone = models.BooleanField(null=True)
    camera = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session", "peer", "at"], name="quality_of_session")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.peer} {self.at:%H:%M:%S}"


class FreeSecondsClaim(models.Model):
    """A client had their free seconds; the primary key makes it once in a lifetime."""

    client = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="free_seconds"
    )
    session = models.OneToOneField(ReadingSession, models.PROTECT, related_name="free_claim")
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.client_id}"

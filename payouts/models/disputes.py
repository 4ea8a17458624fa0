"""Rows of cases between client and reader. Cents, whole minutes, UTC."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7
from payouts.dispute_states import (
    UNDECIDED,
    BearerOf,
    DisputeState,
    Outcome,
    ReasonCode,
    SignatureState,
)

TEXT_CHARS_MAX = 2_000
WORDS_CHARS_MAX = 500
REASON_CHARS_MAX = 500
SIDES = [("client", "Client"), ("reader", "Reader")]


_USER = settings.AUTH_USER_MODEL


class Dispute(models.Model):
    """What a client says went wrong in one reading, and what became of it.

    ``about`` names the reading's movements and lot. What the reading was and had cost is frozen
    at the opening: ``gross_cents`` paid, ``refunded_cents`` given back before, ``reader_cents``
    earned. ``frozen_cents`` of these are frozen now. ``due_at``: when we promised an answer.
    ``state`` moves along ``dispute_states.MOVES``, each time with the next ``version``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=80)
    session_id = models.UUIDField()
    client = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    reader = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    reason_code = models.CharField(max_length=20, choices=ReasonCode)
    text = models.CharField(max_length=TEXT_CHARS_MAX)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    kind = models.CharField(max_length=8)
    ended_at = models.DateTimeField()
    billed_s = models.PositiveIntegerField()
    rate_per_minute_cents = models.PositiveIntegerField()
    split_bps = models.PositiveSmallIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    refunded_cents = models.PositiveBigIntegerField(default=0)
    reader_cents = models.PositiveBigIntegerField()
    frozen_cents = models.PositiveBigIntegerField(default=0)

    state = models.CharField(max_length=8, choices=DisputeState, default=DisputeState.OPEN)
    state_since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    appeal_until = models.DateTimeField(null=True)
    appealed_by = models.CharField(max_length=6, choices=SIDES, blank=True)
    appealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about"], name="a_reading_is_disputed_once"),
            models.CheckConstraint(
                condition=~Q(client=F("reader")), name="a_dispute_has_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DisputeState.values)
                & Q(reason_code__in=ReasonCode.values)
                & ~Q(text=""),
                name="a_dispute_says_what_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(gross_cents__gt=F("refunded_cents")) & Q(ended_at__lte=F("opened_at")),
                name="something_was_paid_that_could_come_back",
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, appeal_until=None)
                | (~Q(state=DisputeState.OPEN) & Q(appeal_until__isnull=False)),
                name="an_appeal_follows_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None, appealed_by="")
                | (Q(appealed_at__isnull=False) & ~Q(appealed_by="")),
                name="somebody_appealed_or_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="disputes_of_a_client"),
            models.Index(fields=["reader", "-id"], name="disputes_of_a_reader"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=[state.value for state in UNDECIDED]),
                name="disputes_to_decide",
            ),
            models.Index(
                fields=["appeal_until"],
                condition=Q(state="decided"),
                name="disputes_open_to_appeal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason_code} {self.about}"

    def side_of(self, user_id: object) -> str:
        """``client`` or ``reader``; empty for everybody else."""
        if user_id == self.client_id:
            return "client"
        return "reader" if user_id == self.reader_id else ""


class Statement(models.Model):
    """What one side added to a case; ``is_appeal``: why it does not accept the decision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements")
    side = models.CharField(max_length=6, choices=SIDES)
    author = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    text = models.CharField(max_length=TEXT_CHARS_MAX)
    is_appeal = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_statement_says_something"),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(is_appeal=True), name="a_dispute_is_appealed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} at {self.at:%H:%M:%S}"


class VerdictColumns(models.Model):
    """What an admin wants to give back, at whose cost, and what both sides are told.

    ``reason`` is for staff. ``minutes`` is set for that outcome only.
    """

    n = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    cents = models.PositiveBigIntegerField()
    minutes = models.PositiveSmallIntegerField(null=True)
    bearer = models.CharField(max_length=8, choices=BearerOf)
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    words_to_client = models.CharField(max_length=WORDS_CHARS_MAX, blank=True)
    words_to_reader = models.CharField(max_length=WORDS_CHARS_MAX, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.REJECT, cents=0)
                | (~Q(outcome=Outcome.REJECT) & Q(cents__gt=0)),
                name="%(class)s_gives_back_unless_it_rejects",
            ),
            models.CheckConstraint(
                condition=Q(n__in=[1, 2], outcome__in=Outcome.values, bearer__in=BearerOf.values)
                & ~Q(reason=""),
                name="%(class)s_is_one_of_two_and_has_a_reason",
            ),
        ]


class Decision(VerdictColumns):
    """The answer to a case (``n`` 1), or to its appeal (``n`` 2). Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="decisions")
    decided_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(VerdictColumns.Meta):
        ordering = ["n"]
        constraints = [
            *VerdictColumns.Meta.constraints,
            models.UniqueConstraint(fields=["dispute", "n"], name="each_question_is_decided_once"),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("decided_by")),
                name="two_signatures_are_of_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.cents}"

    def words_to(self, side: str) -> str:
        """What ``client`` or ``reader`` is told."""
        return self.words_to_client if side == "client" else self.words_to_reader


class SignatureRequest(VerdictColumns):
    """A decision that is too large for one admin: it waits for another one's signature."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="signature_requests")
    state = models.CharField(max_length=8, choices=SignatureState, default=SignatureState.WAITING)
    requested_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    answered_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True)

    class Meta(VerdictColumns.Meta):
        constraints = [
            *VerdictColumns.Meta.constraints,
            models.UniqueConstraint(
                fields=["dispute"],
                condition=Q(state=SignatureState.WAITING),
                name="one_signature_is_asked_for_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=SignatureState.SIGNED)
                & Q(answered_by__isnull=False)
                & ~Q(answered_by=F("requested_by"))
                | ~Q(state=SignatureState.SIGNED),
                name="nobody_seconds_oneself",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state="waiting"), name="signatures_to_give")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.outcome} {self.cents}"

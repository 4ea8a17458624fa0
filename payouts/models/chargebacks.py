"""Rows of payments that a bank takes back, or warns of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7
from payouts.chargeback_states import DECIDED, TO_ANSWER, ChargebackState, WarningState

_USER = settings.AUTH_USER_MODEL


class Chargeback(models.Model):
    """A bank disputes one payment of a client (``dp_…``, ``du_…`` of the payment ``pi_…``).

    ``state`` only moves along ``chargeback_states.MOVES``; the money itself is in the ledger.
    ``due_at``: until when the bank takes an answer. The answer is claimed by ``answering_since``
    before it leaves, so that it is sent once, and is sent when ``answered_at`` is set.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dispute_id = models.CharField(max_length=255, unique=True)
    payment_intent_id = models.CharField(max_length=255)
    client = models.ForeignKey(_USER, models.PROTECT, related_name="chargebacks")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ChargebackState)
    state_since = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answering_since = models.DateTimeField(null=True, blank=True)
    answer_tries = models.PositiveSmallIntegerField(default=0)
    answered_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    written_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="a_chargeback_takes_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ChargebackState.values), name="a_chargeback_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answering_since__isnull=False),
                name="an_answer_is_claimed_before_it_is_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="lost", lost_at__isnull=False)
                | (~Q(state="lost") & Q(lost_at=None)),
                name="a_lost_chargeback_says_when",
            ),
            models.CheckConstraint(
                condition=Q(written_off_at=None) | Q(lost_at__isnull=False),
                name="only_what_was_lost_is_written_off",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=sorted(TO_ANSWER)),
                name="chargebacks_to_answer",
            ),
            models.Index(
                fields=["lost_at"],
                condition=Q(state="lost", written_off_at=None),
                name="chargebacks_to_write_off",
            ),
            models.Index(fields=["client", "-id"], name="chargebacks_of_a_client"),
            models.Index(fields=["payment_intent_id"], name="chargebacks_of_a_payment"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.state}"

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    @property
    def may_be_answered(self) -> bool:
        return self.state in TO_ANSWER and self.answered_at is None


class PaymentWarning(models.Model):
    """A bank warns of one payment (``issfr_…``), or its service wants it looked at (``prv_…``).

    What the client had left of it is frozen until somebody of staff has decided.
    """

    class Kind(models.TextChoices):
        FRAUD = "fraud", "Warning of fraud"
        REVIEW = "review", "Held for review"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warning_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    payment_intent_id = models.CharField(max_length=255)
    client = models.ForeignKey(_USER, models.PROTECT, related_name="payment_warnings")
    amount_cents = models.PositiveIntegerField()
    reason = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=WarningState)
    opened_at = models.DateTimeField()
    refunding_since = models.DateTimeField(null=True, blank=True)
    refund_cents = models.PositiveIntegerField(default=0)
    refund_id = models.CharField(max_length=255, blank=True)
    decided_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WarningState.values), name="a_warning_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="a_warning_is_decided_unless_open",
            ),
            models.CheckConstraint(
                condition=Q(refunding_since=None, refund_cents=0)
                | Q(refunding_since__isnull=False, refund_cents__gt=0),
                name="a_refund_of_a_warning_has_an_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state="open"), name="warnings_to_look_at"),
            models.Index(fields=["payment_intent_id"], name="warnings_of_a_payment"),
        ]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.state}"

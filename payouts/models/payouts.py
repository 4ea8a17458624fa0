"""Rows of money going out to readers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7
from payouts.payout_states import UNDER_WAY, PayoutState, RunKind, RunState


class PayoutRun(models.Model):
    """One run over all readers who are due. What it did is in its payouts.

    ``cursor``: the last reader that was looked at while choosing, so that a run that was killed
    goes on from there. ``due_at``: when it may be worked again; ``stalls`` counts how often in a
    row Stripe made it wait. ``needed_cents``: what it lacked when funds were short.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=RunKind)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=RunState, default=RunState.CHOOSING)
    cursor = models.UUIDField(null=True, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    stalls = models.PositiveSmallIntegerField(default=0)
    needed_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["date"], condition=Q(kind="nightly"), name="a_night_has_one_run"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["nightly", "found"], ordered_by=None)
                | Q(kind="manual", ordered_by__isnull=False),
                name="an_ordered_run_names_who_ordered_it",
            ),
            models.CheckConstraint(
                condition=Q(state="done", ended_at__isnull=False)
                | (~Q(state="done") & Q(ended_at=None)),
                name="a_run_ends_once_it_is_done",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(state="done"), name="runs_to_work"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} run of {self.date}"


class Payout(models.Model):
    """What one reader is paid for one date, and every try at it.

    ``attempt`` counts the tries in the ledger (movements 9 and 11). Within a try, ``key_number``
    counts the keys under which Stripe was asked: a key that keeps a failure is of no more use.
    ``destination`` and ``amount_cents`` are fixed when a try begins. While in flight, ``due_at``
    is the next look and ``looks`` how many there were. ``reason``: a code of ``words``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(PayoutRun, models.PROTECT, related_name="payouts")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payouts")
    period_date = models.DateField()
    state = models.CharField(max_length=8, choices=PayoutState, default=PayoutState.QUEUED)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    attempt = models.PositiveSmallIntegerField(default=1)
    key_number = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(null=True, blank=True)  # first under the present key
    due_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    destination = models.CharField(max_length=255, blank=True)
    transfer_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    reversed_cents = models.PositiveBigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    reason_text = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "period_date"], name="a_reader_is_paid_once_for_a_date"
            ),
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(state__in=sorted(UNDER_WAY)),
                name="a_reader_has_one_payout_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PayoutState.values), name="a_payout_state_is_known"
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_payout_pays_something"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["sent", "reversed"], transfer_id__isnull=False)
                    & Q(sent_at__isnull=False)
                )
                | (~Q(state__in=["sent", "reversed"]) & Q(transfer_id=None, sent_at=None)),
                name="what_was_sent_has_a_transfer",
            ),
            models.CheckConstraint(
                condition=~Q(state="started")
                | (~Q(destination="") & Q(asked_at__isnull=False, due_at__isnull=False)),
                name="what_is_in_flight_knows_where_to",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waited", "refused"]) | ~Q(reason=""),
                name="who_is_not_paid_learns_why",
            ),
            models.CheckConstraint(
                condition=Q(reversed_cents__lte=models.F("amount_cents")),
                name="no_more_is_taken_back_than_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["reader", "-id"], name="payouts_of_a_reader"),
            models.Index(fields=["run", "id"], name="payouts_of_a_run"),
            models.Index(
                fields=["run", "id"], condition=Q(state="queued"), name="payouts_to_start"
            ),
            models.Index(fields=["due_at"], condition=Q(state="started"), name="payouts_in_flight"),
        ]

    def __str__(self) -> str:
        return f"payout of {self.period_date} to {self.reader_id}"

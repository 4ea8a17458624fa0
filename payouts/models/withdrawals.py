"""Rows of money going back to clients' cards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class Withdrawal(models.Model):
    """A client takes unused money back; it goes to the cards it came from, newest first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="withdrawals", db_index=False
    )
    key = models.CharField(max_length=200)
    cents = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"], name="a_key_stands_for_one_withdrawal_of_a_client"
            ),
            models.CheckConstraint(
                condition=Q(cents__gt=0), name="a_withdrawal_takes_something_out"
            ),
        ]
        indexes = [models.Index(fields=["client", "-at"], name="withdrawals_of_a_client")]

    def __str__(self) -> str:
        return f"{self.cents} at {self.at:%Y-%m-%d}"


class WithdrawalHold(models.Model):
    """Nothing of a client's wallet goes back to cards before ``until``: they changed something
    that whoever takes over an account changes first.
    """

    client = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="withdrawal_hold"
    )
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.client_id} until {self.until:%Y-%m-%d %H:%M}"


class WithdrawalPart(models.Model):
    """The part of a withdrawal that goes back by one payment, as one refund of Stripe.

    ``tried_at``: Stripe was asked at that time, whatever came of it; from then on the refund is
    looked up before it is asked for again. A confirmed part may still fail, days later.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Being sent"
        SENT = "sent", "On its way"
        CONFIRMED = "confirmed", "Paid back"
        FAILED = "failed", "Sent back, in your wallet again"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="parts", db_index=False)
    n = models.PositiveSmallIntegerField()
    payment_intent_id = models.CharField(max_length=255, db_index=True)
    card_label = models.CharField(max_length=48, blank=True)
    cents = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    state_since = models.DateTimeField()
    refund_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    attempt = models.PositiveSmallIntegerField(default=1)
    tried_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["n"]
        constraints = [
            models.UniqueConstraint(
                fields=["withdrawal", "n"], name="the_parts_of_a_withdrawal_are_numbered"
            ),
            models.CheckConstraint(condition=Q(cents__gt=0), name="a_part_gives_something_back"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "failed"]) | Q(refund_id__isnull=False),
                name="what_is_on_its_way_has_a_refund",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state_since"],
                condition=Q(state__in=["waiting", "sent"]),
                name="withdrawal_parts_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cents} of {self.payment_intent_id}"

    @property
    def is_open(self) -> bool:
        """Whether its money is still on the way."""
        return self.state in (self.State.WAITING, self.State.SENT)

"""Rows of readers as those who are paid: their account at Stripe, and their own terms."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class ConnectAccount(models.Model):
    """A reader's account at Stripe, as we saw it last. Stripe is asked again before each payout.

    ``number`` counts the accounts of one reader; the others are closed. ``account_id`` is empty
    until Stripe has answered. ``refusal``: why it may not be paid, one of Stripe's codes.
    """

    class Api(models.TextChoices):
        V1 = "v1", "Accounts v1"
        V2 = "v2", "Accounts v2"

    class Ending(models.TextChoices):
        CLOSED = "closed", "Closed"
        DEAUTHORIZED = "deauthorized", "Disconnected by the reader"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="connect_accounts"
    )
    number = models.PositiveSmallIntegerField(default=1)
    api = models.CharField(max_length=2, choices=Api)
    account_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    key_number = models.PositiveSmallIntegerField(default=1)
    can_receive = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    is_submitted = models.BooleanField(default=False)
    refusal = models.CharField(max_length=64, blank=True)
    currently_due = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    due_by = models.DateTimeField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)  # when it could be paid first
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "number"], name="accounts_of_a_reader_are_counted"
            ),
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(ended_at=None),
                name="a_reader_has_one_account_at_stripe",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="") & Q(can_receive=False)),
                name="an_ended_account_receives_nothing",
            ),
            models.CheckConstraint(
                condition=Q(can_receive=False) | Q(account_id__isnull=False),
                name="who_receives_has_an_account",
            ),
        ]

    def __str__(self) -> str:
        return self.account_id or f"account {self.number} of {self.reader_id}"


class PayoutTerms(models.Model):
    """A reader's own terms: what they wait for, and what holds them up.

    ``threshold_cents``: the least that a payout carries, never below ours. ``held_until``: no
    payout before. ``stopped_at``: none until somebody of staff lifts it.
    """

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="payout_terms"
    )
    threshold_cents = models.PositiveIntegerField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=120, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_until=None) | ~Q(hold_reason=""), name="a_hold_says_why"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | ~Q(stop_reason=""), name="a_stop_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"terms of {self.reader_id}"

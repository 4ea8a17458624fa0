"""Rows of money coming in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7
from payouts.models.cards import SavedCard
from payouts.states import FINAL, TopUpStatus


class TopUp(models.Model):
    """A client adds money to the wallet by one hosted page.

    The page (``cs_…``) is known once it is open, the payment (``pi_…``) once somebody tried to
    pay. ``status`` only moves along ``states.MOVES``; the money itself is in the ledger.

    With a saved ``card`` there is no page: the payment is made at once, and ``checkout_url`` is
    the bank's page if it asks. ``is_automatic``: nobody was there; the client agreed before.
    ``card_label``: what paid it, once it is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="top_ups")
    key = models.CharField(max_length=200)
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=TopUpStatus, default=TopUpStatus.CREATED)
    status_since = models.DateTimeField()
    checkout_session_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    checkout_url = models.URLField(max_length=2000, blank=True)
    expires_at = models.DateTimeField()
    card = models.ForeignKey(SavedCard, models.PROTECT, null=True, related_name="top_ups")
    card_label = models.CharField(max_length=48, blank=True)
    is_automatic = models.BooleanField(default=False)
    payment_intent_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    attempt = models.PositiveSmallIntegerField(default=1)
    refusals = models.PositiveSmallIntegerField(default=0)
    last_refused_charge_id = models.CharField(max_length=255, blank=True)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_text = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"], name="a_key_stands_for_one_top_up_of_a_client"
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_top_up_adds_something"),
            models.CheckConstraint(
                condition=Q(status__in=TopUpStatus.values), name="a_top_up_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=TopUpStatus.SUCCEEDED) | Q(payment_intent_id__isnull=False),
                name="no_money_without_a_payment",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="a_top_up_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=False) | Q(card__isnull=False),
                name="what_happens_by_itself_has_a_card",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-created_at"], name="top_ups_of_a_client"),
            models.Index(
                fields=["created_at"],
                condition=~Q(status__in=sorted(FINAL)),  # a set has no order, a migration does
                name="top_ups_not_final",
            ),
        ]

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

"""Rows of auto-reload: what a client agreed to, and each time it was due."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7
from payouts.models.cards import CONSENT_CHARS_MAX, SavedCard
from payouts.models.top_ups import TopUp

_USER = settings.AUTH_USER_MODEL


class AutoReload(models.Model):
    """Add ``amount_cents`` from a saved card whenever less than ``below_cents`` can be spent.

    ``armed_from``: the instant from which a low balance triggers; None: not before money came
    in again. ``failures``: refusals in a row. ``off_because``: why we switched it off.
    """

    client = models.OneToOneField(
        _USER, models.PROTECT, primary_key=True, related_name="auto_reload"
    )
    is_on = models.BooleanField(default=False)
    amount_cents = models.PositiveIntegerField()
    below_cents = models.PositiveIntegerField()
    daily_cap_cents = models.PositiveIntegerField()
    card = models.ForeignKey(SavedCard, models.PROTECT, related_name="auto_reloads")
    consent = models.CharField(max_length=CONSENT_CHARS_MAX)
    consented_at = models.DateTimeField()
    armed_from = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    off_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(below_cents__lte=F("amount_cents"))
                & Q(amount_cents__lte=F("daily_cap_cents")),
                name="a_reload_lifts_the_balance_and_fits_its_cap",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(failures__lt=2),
                name="two_refusals_switch_it_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} below {self.below_cents}"


class Reload(models.Model):
    """One time that the balance fell under the trigger. Its id is the key of the payment."""

    class State(models.TextChoices):
        DUE = "due", "Due"
        CHARGING = "charging", "The bank is asked"
        DONE = "done", "Money added"
        REFUSED = "refused", "Refused by the bank"
        NEEDS_BANK = "needs_bank", "The bank wants to ask first"
        SKIPPED = "skipped", "Not charged"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(_USER, models.PROTECT, related_name="reloads", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    triggered_at = models.DateTimeField()
    top_up = models.OneToOneField(TopUp, models.PROTECT, null=True, related_name="reload")
    charged_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state__in=["due", "charging"]),
                name="one_reload_of_a_client_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="charging") | Q(top_up__isnull=False, charged_at__isnull=False),
                name="a_card_is_asked_for_a_top_up",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-triggered_at"], name="reloads_of_a_client"),
            models.Index(
                fields=["triggered_at"],
                condition=Q(state__in=["due", "charging"]),
                name="reloads_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} at {self.triggered_at:%Y-%m-%d %H:%M}"

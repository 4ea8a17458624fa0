"""What is earned and given in lots: each matures, is held or expires as one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from backend.accounts.models import Trace
from backend.core.ids import uuid7
from backend.ledger.suspicion import WORDS, Sign


class Lot(models.Model):
    """The earnings of one session, gift or order; they mature and are refunded as one.

    What is left of it is ``earned - refunded``; of that, ``disputed_cents`` lie frozen.
    ``matures_at`` is empty while a flag holds the lot: it waits for a person, not for a time.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        PAYABLE = "payable", "Payable"
        DISPUTED = "disputed", "Disputed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=80)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    earned_cents = models.PositiveBigIntegerField()
    refunded_cents = models.PositiveBigIntegerField(default=0)
    disputed_cents = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    matures_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about"], name="a_thing_is_earned_in_one_lot"),
            models.CheckConstraint(
                condition=~Q(state="payable") | Q(matures_at__isnull=False),
                name="a_held_lot_is_never_payable",
            ),
            models.CheckConstraint(
                condition=Q(earned_cents__gt=0)
                & Q(earned_cents__gte=F("refunded_cents") + F("disputed_cents")),
                name="a_lot_gives_back_what_it_earned_at_most",
            ),
            models.CheckConstraint(
                condition=Q(disputed_cents=0) | Q(state="disputed"),
                name="only_a_disputed_lot_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["matures_at"], condition=Q(state="pending"), name="lots_to_mature")
        ]

    @property
    def left_cents(self) -> int:
        """What has not been given back of it."""
        return self.earned_cents - self.refunded_cents


class Flag(models.Model):
    """Client and reader of one lot seem to be one person: somebody of staff has to look.

    ``kinds``: what the two have in common, and how their money moved. A strong flag holds the
    lot, which would have matured at ``would_mature_at``. Neither of the two is ever told.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLEARED = "cleared", "Cleared"
        CONFIRMED = "confirmed", "Confirmed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="flag")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=16))
    is_strong = models.BooleanField()
    would_mature_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="a_flag_says_why"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (
                    ~Q(state="open")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="a_decision_names_who_when_and_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="flags_by_state")]

    @property
    def in_common(self) -> str:
        """What the two share, for staff to read."""
        return ", ".join(_in_words(kind) for kind in self.kinds)


def _in_words(kind: str) -> str:
    if kind in Trace.Kind.values:
        return str(Trace.Kind(kind).label).lower()
    return WORDS[Sign(kind)]


class PromoGrant(models.Model):
    """Promotional credit once given. ``expired_at``: when its unspent rest was taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cents = models.PositiveBigIntegerField()
    expires_at = models.DateTimeField()
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="a_grant_grants_something")
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(expired_at=None), name="promo_grants_to_expire"
            )
        ]

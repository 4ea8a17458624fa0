"""Rows of saved cards. The cards themselves lie in a vault; here is only what people recognise."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7

_USER = settings.AUTH_USER_MODEL
CONSENT_CHARS_MAX = 400


class CardCustomer(models.Model):
    """A client's drawer in the vault. The row is there first, so it is made once.

    ``forgotten_at``: the client had themselves erased, and the vault has let the drawer go.
    """

    client = models.OneToOneField(
        _USER, models.PROTECT, primary_key=True, related_name="card_customer"
    )
    customer_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    attempt = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.customer_id}"


class CardSetup(models.Model):
    """A client agreed that we keep a card, and goes to the hosted page that saves one.

    ``consent`` are the words they agreed to, ``created_at`` is when.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(_USER, models.PROTECT, related_name="card_setups", db_index=False)
    consent = models.CharField(max_length=CONSENT_CHARS_MAX)
    checkout_session_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    checkout_url = models.URLField(max_length=2000, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(consent=""), name="a_card_is_kept_with_consent")
        ]
        indexes = [models.Index(fields=["client", "-created_at"], name="card_setups_of_a_client")]

    def __str__(self) -> str:
        return f"{self.client_id} at {self.created_at:%Y-%m-%d}"


class SavedCard(models.Model):
    """A card in the vault. ``removed_at`` set: it is charged no more, and stays for receipts.

    ``forgotten_at``: the vault has let it go, too; until then a job sees to that.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(_USER, models.PROTECT, related_name="saved_cards", db_index=False)
    method_id = models.CharField(max_length=255, unique=True)
    brand = models.CharField(max_length=32)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    consented_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_default=True),
                name="a_client_has_one_default_card",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(is_default=False),
                name="a_removed_card_is_no_default",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "saved_at"], name="cards_of_a_client"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False, forgotten_at=None),
                name="cards_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """``Visa ending 4242``."""
        return f"{self.brand.replace('_', ' ').capitalize()} ending {self.last4}"

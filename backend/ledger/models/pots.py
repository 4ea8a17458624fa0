"""Pots: where money lies, and what each kind of pot may hold."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7


class PotKind(models.TextChoices):
    """Every pot there is (money.md §3.2)."""

    CLIENT_WALLET = "client_wallet", "cash of a client"
    CLIENT_PROMO = "client_promo", "promotional credit of a client"
    CLIENT_RESERVED = "client_reserved", "held for a reading"
    CLIENT_FROZEN = "client_frozen", "frozen for a bank's question"
    REFUND_PAYABLE = "refund_payable", "on its way back to a card"
    READER_PENDING = "reader_pending", "earned, not yet matured"
    READER_PAYABLE = "reader_payable", "to be paid next"
    READER_PAYING = "reader_paying", "in a payout"
    READER_DISPUTED = "reader_disputed", "waiting for a decision"
    CLIENT_RECEIVABLE = "client_receivable", "owed by a client"
    READER_RECEIVABLE = "reader_receivable", "owed by a reader"
    STRIPE_CLEARING = "stripe_clearing", "expected from Stripe"
    STRIPE_BALANCE = "stripe_balance", "confirmed by Stripe"
    BANK = "bank", "our bank"
    DISPUTE_RECEIVABLE = "dispute_receivable", "withheld by banks"
    SUSPENSE = "suspense", "not understood yet"
    REVENUE_READING = "revenue_reading", "our share of readings"
    REVENUE_GIFT = "revenue_gift", "our share of gifts and doors"
    REVENUE_PRODUCT = "revenue_product", "our share of products"
    REFUNDS_CONTRA = "refunds_contra", "our share given back"
    STRIPE_FEES = "stripe_fees", "fees of Stripe"
    DISPUTE_FEES = "dispute_fees", "fees of disputes"
    PROMO_EXPENSE = "promo_expense", "promotions"
    GOODWILL = "goodwill", "goodwill"
    BAD_DEBT = "bad_debt", "written off"


# Owned pots keep two counters. What we owe people may not fall below zero, nor may what
# people owe us. The platform's own pots keep no counter, so no row of them is ever hot.
CREDIT_NORMAL: Final = [
    PotKind.CLIENT_WALLET,
    PotKind.CLIENT_PROMO,
    PotKind.CLIENT_RESERVED,
    PotKind.CLIENT_FROZEN,
    PotKind.REFUND_PAYABLE,
    PotKind.READER_PENDING,
    PotKind.READER_PAYABLE,
    PotKind.READER_PAYING,
    PotKind.READER_DISPUTED,
]
DEBIT_NORMAL: Final = [PotKind.CLIENT_RECEIVABLE, PotKind.READER_RECEIVABLE]
UNCOUNTED: Final = [k for k in PotKind if k not in CREDIT_NORMAL and k not in DEBIT_NORMAL]


class Pot(models.Model):
    """One account of money, counted in minor units of one currency.

    Both counters only ever grow. What a credit-normal pot holds is ``credits - debits``.
    The id is a plain number: pots are locked in its order and never shown to anybody.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32, choices=PotKind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    debits_cents = models.PositiveBigIntegerField(default=0)
    credits_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "currency"], nulls_distinct=False, name="one_pot_each"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CREDIT_NORMAL, debits_cents__lte=F("credits_cents"))
                | Q(kind__in=DEBIT_NORMAL, credits_cents__lte=F("debits_cents"))
                | Q(kind__in=UNCOUNTED, debits_cents=0, credits_cents=0),
                name="no_pot_is_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=UNCOUNTED, owner=None)
                | (~Q(kind__in=UNCOUNTED) & Q(owner__isnull=False)),
                name="a_pot_is_owned_or_the_platforms",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner"], condition=Q(kind="reader_payable"), name="payable_pots_by_reader"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner_id or ''}".strip()


class PotSnapshot(models.Model):
    """What an uncounted pot had moved up to and including transfer ``up_to_seq``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pot = models.ForeignKey(Pot, models.PROTECT, related_name="snapshots")
    up_to_seq = models.BigIntegerField()
    debits_cents = models.PositiveBigIntegerField()
    credits_cents = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pot", "up_to_seq"], name="a_pot_is_snapped_once_there")
        ]

"""Movements and their transfers: what happened to money. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from backend.core.ids import uuid7
from backend.ledger.models.pots import Pot


class Movement(models.Model):
    """One fact about money, recorded once per ``key`` and never changed.

    The facts are kind, about, gross and currency; the legs are not among them, because they
    depend on what the pots held at that moment.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", "Added funds"
        SUSPENSE = "suspense", "Money not understood"
        SUSPENSE_OUT = "suspense_out", "Money that left, not understood"
        SETTLEMENT = "settlement", "Settled by Stripe"
        HOLD = "hold", "Held for a reading"
        CAPTURE = "capture", "Reading"
        RELEASE = "release", "Hold released"
        FREE_SECONDS = "free_seconds", "Free time, paid by the platform"
        PROMO_GRANT = "promo_grant", "Promotional credit"
        PROMO_EXPIRY = "promo_expiry", "Promotional credit expired"
        ADJUSTMENT = "adjustment", "Adjustment"
        GIFT = "gift", "Gift"
        STREAM_PASS = "stream_pass", "Door of a live stream"
        PASS_REFUND = "pass_refund", "Door of a live stream, given back"
        MATURED = "matured", "Earnings ready to be paid"
        PAYOUT_STARTED = "payout_started", "Payout begun"
        PAYOUT_SENT = "payout_sent", "Payout"
        PAYOUT_REFUSED = "payout_refused", "Payout refused"
        PAYOUT_REVERSED = "payout_reversed", "Payout taken back"
        REFUND = "refund", "Refund"
        REFUND_BY_PLATFORM = "refund_by_platform", "Refund"
        REFUND_BY_READER = "refund_by_reader", "Refund"
        WITHDRAWAL = "withdrawal", "Withdrawal begun"
        CARD_REFUND = "card_refund", "Paid back to the card"
        CARD_REFUND_FAILED = "card_refund_failed", "Sent back by the card"
        DASHBOARD_REFUND = "dashboard_refund", "Paid back to the card by hand"
        CHARGEBACK = "chargeback", "Frozen for a bank's dispute"
        CHARGEBACK_WON = "chargeback_won", "Bank's dispute won"
        CHARGEBACK_LOST = "chargeback_lost", "Bank's dispute lost"
        WRITE_OFF = "write_off", "Debt written off"
        FRAUD_WARNING = "fraud_warning", "Frozen for a bank's warning"
        FRAUD_WARNING_CLEARED = "fraud_warning_cleared", "Bank's warning cleared"
        LOT_FROZEN = "lot_frozen", "Earnings frozen for a dispute"
        LOT_RELEASED = "lot_released", "Earnings released"
        SETTLEMENT_OUT = "settlement_out", "Paid out by Stripe"
        SETTLEMENT_BACK = "settlement_back", "Came back to Stripe"
        WITHHELD = "withheld", "Withheld by a bank"
        REINSTATED = "reinstated", "Given back by a bank"
        BANK_PAYOUT = "bank_payout", "Payout to our bank"
        UNEXPLAINED = "unexplained", "Another transaction of Stripe"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32, choices=Kind)
    key = models.CharField(max_length=160, db_collation="C")
    about = models.CharField(max_length=80)
    gross_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="a_key_moves_money_once"),
        ]
        indexes = [
            BrinIndex(fields=["at"], name="movement_by_time", autosummarize=True),
            # Captures are the many, found by their keys: they pay nothing for these two.
            models.Index(fields=["about"], condition=~Q(kind="capture"), name="movements_by_about"),
            models.Index(
                fields=["kind", "id"], condition=~Q(kind="capture"), name="movements_by_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def fingerprint(self) -> tuple[str, str, int, str]:
        """The facts that a second post of the same key must repeat."""
        return (self.kind, self.about, self.gross_cents, self.currency)


class Transfer(models.Model):
    """Money from one pot to another: one debit, one credit, so it cannot be unbalanced.

    ``seq`` grows under the locks of the pots, so the transfers of one pot read in its order.
    The first line of a movement touches everybody whom it concerns, so only first lines are
    indexed by pot: six index rows a capture would cost a third of its posting.
    The references carry no database constraint: three checks a row would halve the billing
    tick. Movements and pots are never deleted (a trigger refuses it) and the audit looks.
    """

    pk = models.CompositePrimaryKey("movement_id", "line")
    movement = models.ForeignKey(
        Movement,
        models.PROTECT,
        related_name="transfers",
        db_constraint=False,
        db_index=False,
    )
    line = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField(
        db_default=Func(Value("ledger_transfer_seq"), function="nextval"), editable=False
    )
    debit_pot = models.ForeignKey(
        Pot, models.PROTECT, related_name="debits", db_constraint=False, db_index=False
    )
    credit_pot = models.ForeignKey(
        Pot, models.PROTECT, related_name="credits", db_constraint=False, db_index=False
    )
    amount_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="a_transfer_moves_something"
            ),
            models.CheckConstraint(
                condition=~Q(debit_pot=F("credit_pot")), name="a_transfer_joins_two_pots"
            ),
        ]
        indexes = [
            models.Index(fields=["debit_pot"], condition=Q(line=0), name="movements_out_of_a_pot"),
            models.Index(fields=["credit_pot"], condition=Q(line=0), name="movements_into_a_pot"),
            BrinIndex(fields=["seq"], name="transfers_by_order", autosummarize=True),
        ]

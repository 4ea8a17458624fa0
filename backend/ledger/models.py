"""The rows of the ledger. Only this app imports them; others ask selectors and movements."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from backend.accounts.models import Trace
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


# Movements that later ones look for by what they are about. They are few: the many (captures,
# holds, gifts) are found by their keys and pay nothing for this index.
ASKED_BY_ABOUT: Final = [
    "payout_started",
    "payout_sent",
    "payout_refused",
    "payout_reversed",
    "refund",
    "refund_by_platform",
    "refund_by_reader",
    "card_refund",
    "card_refund_failed",
    "dashboard_refund",
    "chargeback",
    "chargeback_won",
]


class Movement(models.Model):
    """One fact about money, recorded once per ``key`` and never changed.

    The facts are kind, about, gross and currency; the legs are not among them, because they
    depend on what the pots held at that moment.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", "Added funds"
        SUSPENSE = "suspense", "Money not understood"
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
            BrinIndex(fields=["at"], name="movement_by_time"),
            models.Index(
                fields=["about"],
                condition=Q(kind__in=ASKED_BY_ABOUT),
                name="movements_asked_by_about",
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
            BrinIndex(fields=["seq"], name="transfers_by_order"),
        ]


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

    ``kinds``: what the two have in common. A strong flag holds the lot, which would have
    matured at ``would_mature_at``. Neither of the two is ever told.
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
        return ", ".join(str(Trace.Kind(kind).label).lower() for kind in self.kinds)


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

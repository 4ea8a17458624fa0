"""Questions about what may still go back to clients. Amounts are cents; nothing here locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, Sum

from backend.ledger.models import Lot, Movement, Pot, PotKind, Transfer

_K = Movement.Kind
REFUNDS: Final = (_K.REFUND, _K.REFUND_BY_PLATFORM, _K.REFUND_BY_READER)
CARDS_TAKE_BACK_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class Paid:
    """What one reading cost, and how much of it came back.

    ``held_cents`` is more than 0 while the reading runs. ``reader_id`` is None and
    ``reader_cents`` 0 when nothing was captured for the reader.
    """

    client_id: UUID
    reader_id: UUID | None
    gross_cents: int
    reader_cents: int
    cash_cents: int
    held_cents: int
    refunded_cents: int
    refunded_cash_cents: int
    refunded_split_cents: int

    @property
    def left_cents(self) -> int:
        """What could still go back to the client."""
        return self.gross_cents - self.refunded_cents


@dataclass(frozen=True, slots=True)
class Payment:
    """One PaymentIntent of a client: what it brought and what of it went back to the card."""

    payment_intent_id: str
    at: datetime
    received_cents: int
    refunded_cents: int

    @property
    def left_cents(self) -> int:
        return max(0, self.received_cents - self.refunded_cents)


@dataclass(frozen=True, slots=True)
class Back:
    """One part of a reading that came back to the client. ``borne_by``: at whose cost.

    ``reader_cents`` of it were the reader's. ``words`` say why where the product gave it by
    itself; what people of staff wrote is theirs.
    """

    at: datetime
    cents: int
    borne_by: str
    reader_cents: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The reader's part of one thing as it lies now: ``frozen_cents`` wait for a decision,
    ``free_cents`` are the reader's, paid out or not yet.
    """

    earned_cents: int
    refunded_cents: int
    frozen_cents: int

    @property
    def free_cents(self) -> int:
        return self.earned_cents - self.refunded_cents - self.frozen_cents


_BORNE_BY: Final = {
    _K.REFUND: "both",
    _K.REFUND_BY_PLATFORM: "the platform",
    _K.REFUND_BY_READER: "the reader",
}


_PAID: Final = """
WITH steps AS (
    SELECT id, kind, gross_cents FROM ledger_movement WHERE key LIKE %(key)s
), lines AS (
    SELECT d.kind AS debit, d.owner_id AS debtor, c.kind AS credit, c.owner_id AS creditor,
        t.amount_cents AS cents
    FROM steps s JOIN ledger_transfer t ON t.movement_id = s.id
    JOIN ledger_pot d ON d.id = t.debit_pot_id
    JOIN ledger_pot c ON c.id = t.credit_pot_id
), held AS (
    SELECT coalesce(sum(cents) FILTER (WHERE credit = 'client_reserved'), 0)
            - coalesce(sum(cents) FILTER (WHERE debit = 'client_reserved'), 0) AS cents,
        coalesce(sum(cents) FILTER (
                WHERE debit = 'client_wallet' AND credit = 'client_reserved'), 0)
            - coalesce(sum(cents) FILTER (
                WHERE debit = 'client_reserved' AND credit = 'client_wallet'), 0) AS cash
    FROM lines
)
SELECT (SELECT creditor FROM lines WHERE credit = 'client_reserved' LIMIT 1),
    (SELECT creditor FROM lines
        WHERE debit = 'client_reserved' AND credit = 'reader_pending' LIMIT 1),
    (SELECT coalesce(sum(gross_cents), 0)::bigint FROM steps WHERE kind = 'capture'),
    (SELECT coalesce(sum(cents), 0)::bigint FROM lines
        WHERE debit = 'client_reserved' AND credit = 'reader_pending'),
    held.cash::bigint, held.cents::bigint
FROM held
"""


def share_of(about: str) -> Share | None:
    """Where the reader's part of ``about`` lies; None when it earned nothing."""
    lot = Lot.objects.filter(about=about).first()
    return Share(lot.earned_cents, lot.refunded_cents, lot.disputed_cents) if lot else None


def refunds_of(session_id: UUID) -> list[Back]:
    """What of one reading came back to its client, oldest first."""
    out_of_reader = Q(transfers__debit_pot__kind__startswith="reader_")
    settled = Q(transfers__credit_pot__kind__startswith="reader_")
    back = Movement.objects.filter(about=reading_name(session_id), kind__in=REFUNDS).annotate(
        from_reader=Sum("transfers__amount_cents", filter=out_of_reader & ~settled)
    )
    return [
        Back(
            at=row.at,
            cents=row.gross_cents,
            borne_by=_BORNE_BY[_K(row.kind)],
            reader_cents=row.from_reader or 0,
            words="" if row.actor_id else row.reason,
        )
        for row in back.order_by("at", "id")
    ]


def paid_for(session_id: UUID) -> Paid | None:
    """What a reading cost and what came back of it; None when no money was ever held for it."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, {"key": f"sess:{session_id}:%"})
        client_id, reader_id, gross, reader_cents, cash, held = cursor.fetchone()
    if client_id is None:
        return None
    back = Movement.objects.filter(about=reading_name(session_id), kind__in=REFUNDS)
    by_kind: defaultdict[str, int] = defaultdict(int)
    for kind, cents in back.values_list("kind", "gross_cents"):
        by_kind[kind] += cents
    in_cash = Transfer.objects.filter(
        movement__about=reading_name(session_id),
        movement__kind__in=REFUNDS,
        credit_pot__kind=PotKind.CLIENT_WALLET,
    ).values_list("amount_cents", flat=True)
    return Paid(
        client_id=client_id,
        reader_id=reader_id,
        gross_cents=gross,
        reader_cents=reader_cents,
        cash_cents=cash,
        held_cents=held,
        refunded_cents=sum(by_kind.values()),
        refunded_cash_cents=sum(in_cash),
        refunded_split_cents=by_kind[_K.REFUND.value],
    )


def reading_name(session_id: UUID) -> str:
    """What movements and the lot of one reading are about."""
    return f"session:{session_id}"


def payments_of(client_id: UUID, *, at: datetime) -> list[Payment]:
    """A client's payments that a card may get back, newest first.

    Left out are those older than 180 days and those that their bank disputes or has taken.
    """
    top_ups = Movement.objects.filter(
        kind=_K.TOP_UP,
        at__gt=at - timedelta(days=CARDS_TAKE_BACK_DAYS),
        transfers__line=0,
        transfers__credit_pot__owner=client_id,
        transfers__credit_pot__kind=PotKind.CLIENT_WALLET,
    ).order_by("-at", "-id")
    received = {movement.key.split(":")[1]: movement for movement in top_ups}
    refunded, disputed = went_back(received)
    return [
        Payment(name, paid.at, paid.gross_cents, refunded[name])
        for name, paid in received.items()
        if name not in disputed
    ]


def withdrawable_cents(client_id: UUID, *, at: datetime) -> int:
    """How much of the wallet could go back to the cards it came from."""
    on_its_way, wallet = 0, 0
    pots = Pot.objects.filter(owner=client_id, currency=settings.CURRENCY)
    for kind, cents in pots.values_list("kind", F("credits_cents") - F("debits_cents")):
        if kind == PotKind.CLIENT_WALLET:
            wallet = cents
        elif kind == PotKind.REFUND_PAYABLE:
            on_its_way = cents
    left = sum(payment.left_cents for payment in payments_of(client_id, at=at))
    return max(0, min(wallet, left - on_its_way))


def went_back(payments: Iterable[str]) -> tuple[dict[str, int], set[str]]:
    """Cents refunded of each PaymentIntent, and those with a dispute that was not won."""
    told = Movement.objects.filter(
        about__in=[payment_name(name) for name in payments],
        kind__in=[
            _K.CARD_REFUND,
            _K.DASHBOARD_REFUND,
            _K.CARD_REFUND_FAILED,
            _K.CHARGEBACK,
            _K.CHARGEBACK_WON,
        ],
    ).values_list("kind", "key", "about", "gross_cents")
    failed = {key.split(":")[1] for kind, key, _, _ in told if kind == _K.CARD_REFUND_FAILED}
    won = {key.split(":")[1] for kind, key, _, _ in told if kind == _K.CHARGEBACK_WON}
    refunded: defaultdict[str, int] = defaultdict(int)
    disputed = set()
    for kind, key, about, cents in told:
        name, what = about.split(":")[1], key.split(":")[1]
        if kind in (_K.CARD_REFUND, _K.DASHBOARD_REFUND) and what not in failed:
            refunded[name] += cents
        if kind == _K.CHARGEBACK and what not in won:
            disputed.add(name)
    return refunded, disputed


def payment_name(payment_intent_id: str) -> str:
    """What movements about one PaymentIntent are about."""
    return f"pi:{payment_intent_id}"

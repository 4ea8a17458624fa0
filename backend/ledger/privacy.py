"""What the ledger keeps of a person: every amount, for good. Nothing in it can be erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.urls import reverse

from backend.core import privacy
from backend.ledger import selectors
from backend.ledger.models import Lot, PotKind, PromoGrant

PAGE_ROWS: Final = 500
# What must be settled before its owner can be forgotten; a promise of ours is no money.
_SETTLED_FIRST: Final = {
    PotKind.CLIENT_WALLET: (
        "money_in_wallet",
        "There is money in your wallet. Have it sent back to your card first.",
    ),
    PotKind.CLIENT_RESERVED: ("money_held", "Money is held for a reading."),
    PotKind.CLIENT_FROZEN: ("money_frozen", "A bank is looking into a payment of yours."),
    PotKind.REFUND_PAYABLE: ("refund_on_its_way", "Money is on its way back to your card."),
    PotKind.CLIENT_RECEIVABLE: ("debt", "You owe something. Settle it first."),
    PotKind.READER_PENDING: ("earnings_pending", "Earnings of yours are not released yet."),
    PotKind.READER_PAYABLE: ("earnings_payable", "Earnings of yours are not paid out yet."),
    PotKind.READER_PAYING: ("payout_open", "A payout to you is on its way."),
    PotKind.READER_DISPUTED: ("earnings_disputed", "Earnings of yours wait for a decision."),
    PotKind.READER_RECEIVABLE: ("debt", "You owe something. Settle it first."),
}


@privacy.exports(
    "money",
    title="Money",
    words="Every line of your wallet or your earnings, in cents, with the balance after it.",
    tables=["ledger.Pot", "ledger.Movement", "ledger.Transfer"],
)
def money(user_id: UUID) -> Iterator[privacy.Row]:
    """What moved, newest first, a page at a time."""
    before: int | None = None
    while lines := selectors.activity_of(user_id, limit=PAGE_ROWS, before_seq=before):
        before = lines[-1].seq
        for line in lines:
            yield {
                "at": line.at,
                "what": line.label,
                "cents": line.amount_cents,
                "balance_cents": line.balance_cents,
                "about": line.about,
            }


@privacy.exports(
    "earnings",
    title="Earnings",
    words="What you earned as a reader: one row for each reading, gift or door.",
    tables=["ledger.Lot"],
)
def earnings(user_id: UUID) -> Iterator[privacy.Row]:
    """Lots."""
    yield from privacy.rows(
        Lot.objects.filter(reader_id=user_id).order_by("pk"),
        *("about", "earned_cents", "refunded_cents", "disputed_cents", "state", "matures_at"),
    )


@privacy.exports(
    "promo-credit",
    title="Promotional credit",
    words="Credit we gave you, and until when it was good.",
    tables=["ledger.PromoGrant"],
)
def promo_credit(user_id: UUID) -> Iterator[privacy.Row]:
    """Grants."""
    mine = PromoGrant.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(mine, "cents", "expires_at", "expired_at")


privacy.leaves_out(
    ledger__Flag="how we notice fraud; it would tell how not to be noticed",
    ledger__Adjustment="acts of staff; their effect is under Money",
    ledger__SignedAlone="acts of staff; their effect is under Money",
)


@privacy.objects
def unsettled_money(user_id: UUID) -> Iterator[privacy.Objection]:
    """Money of the person that lies anywhere, one objection for each place."""
    for kind, cents in selectors.held_by(user_id).items():
        if cents and kind in _SETTLED_FIRST:
            code, words = _SETTLED_FIRST[PotKind(kind)]
            yield privacy.Objection(code, words, *_where(PotKind(kind)))


def _where(kind: PotKind) -> tuple[str, str]:
    if kind in (PotKind.CLIENT_WALLET, PotKind.CLIENT_RECEIVABLE):
        return reverse("payouts:wallet"), "Open the wallet"
    return "", ""

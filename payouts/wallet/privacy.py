"""What the wallet keeps of a person: cards as they recognise them, what they agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from backend.core import privacy
from backend.core.jobs import enqueue
from payouts.models import (
    AutoReload,
    CardSetup,
    PromoRedemption,
    Reload,
    SavedCard,
    TopUp,
    Withdrawal,
    WithdrawalHold,
    WithdrawalPart,
)
from payouts.states import FINAL
from payouts.wallet import selectors, words
from payouts.wallet.services import reloads


@privacy.exports(
    "cards",
    title="Saved cards and auto-reload",
    words="Cards as you know them, the words you agreed to and when, and each automatic charge.",
    tables=[
        *("payouts.SavedCard", "payouts.CardSetup", "payouts.AutoReload", "payouts.Reload"),
    ],
)
def cards(user_id: UUID) -> Iterator[privacy.Row]:
    """Cards, consents to keep one, then auto-reload and what it did."""
    yield from privacy.rows(
        SavedCard.objects.filter(client_id=user_id).order_by("pk"),
        *("brand", "last4", "exp_month", "exp_year", "consented_at", "saved_at", "removed_at"),
    )
    mine = CardSetup.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(mine, "created_at", "consent")
    yield from privacy.rows(
        AutoReload.objects.filter(pk=user_id),
        *("is_on", "amount_cents", "below_cents", "daily_cap_cents", "consent", "consented_at"),
    )
    yield from privacy.rows(
        Reload.objects.filter(client_id=user_id).order_by("pk"), "triggered_at", "state", "why"
    )


@privacy.exports(
    "withdrawals",
    title="Money you took back",
    words="Each time unused money went back to your cards, and codes that you redeemed.",
    tables=[
        *("payouts.Withdrawal", "payouts.WithdrawalPart", "payouts.WithdrawalHold"),
        "payouts.PromoRedemption",
    ],
)
def withdrawals(user_id: UUID) -> Iterator[privacy.Row]:
    """Withdrawals, their parts by card, until when they were held, then codes."""
    mine = Withdrawal.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(mine, "id", "at", "cents")
    parts = WithdrawalPart.objects.filter(withdrawal__in=mine).order_by("pk")
    yield from privacy.rows(parts, "withdrawal_id", "card_label", "cents", "state", "state_since")
    yield from privacy.rows(WithdrawalHold.objects.filter(pk=user_id), "until")
    redeemed = PromoRedemption.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(redeemed, "at", "code__code", "code__cents")


privacy.leaves_out(
    payouts__CardCustomer="Stripe's name of the place where your cards lie",
    payouts__PromoCode="acts of staff",
)


@privacy.objects
def a_payment_is_open(user_id: UUID) -> Iterator[privacy.Objection]:
    """It may still become money, and nobody would be there to spend it. It ends by itself."""
    if TopUp.objects.filter(client_id=user_id).exclude(status__in=FINAL).exists():
        yield privacy.Objection(
            "top_up_open",
            "A payment of yours is not finished. Finish it, or wait an hour until it has ended.",
            reverse("payouts:wallet"),
            "Open the wallet",
        )


@privacy.objects
def money_is_on_its_way(user_id: UUID) -> Iterator[privacy.Objection]:
    """A bank may still send it back, and then it needs a wallet."""
    under_way = WithdrawalPart.objects.filter(
        withdrawal__client_id=user_id, state__in=selectors.OPEN_PARTS
    )
    if under_way.exists():
        yield privacy.Objection(
            "withdrawal_open",
            "Money is on its way back to your card.",
            reverse("payouts:withdraw"),
            "Refund unused money",
        )


@privacy.erases("wallet")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Their cards are removed; a job takes them and their drawer out of the vault. Amounts stay."""
    reloads.switch_off(client_id=user_id, because=words.CARD_REMOVED)
    kept = SavedCard.objects.filter(client_id=user_id)
    kept.filter(removed_at=None).update(removed_at=at, is_default=False)
    enqueue("payouts.tasks.forget_cards")
    return kept.update(brand="card", last4="")

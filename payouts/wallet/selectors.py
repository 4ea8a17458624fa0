"""Questions about a client's wallet beyond the balance. A person sees only their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from backend.accounts import exclusions
from backend.accounts.models import Exclusion, SpendLimit, User
from backend.core.errors import NotFound
from backend.ledger import refundables, spending
from payouts.models import (
    AutoReload,
    Reload,
    SavedCard,
    TopUp,
    Withdrawal,
    WithdrawalHold,
    WithdrawalPart,
)

OPEN_PARTS = (WithdrawalPart.State.WAITING, WithdrawalPart.State.SENT)


@dataclass(frozen=True)
class Share:
    """The part of a withdrawal that goes back by one payment."""

    payment_intent_id: str
    card_label: str
    cents: int


@dataclass(frozen=True)
class OwnLimit:
    """One spend limit as it stands. ``next_cents`` hold from ``raised_at`` on, if it rises."""

    span: str
    label: str
    cents: int | None
    next_cents: int | None
    raised_at: datetime | None
    spent_cents: int

    @property
    def left_cents(self) -> int | None:
        return None if self.cents is None else max(0, self.cents - self.spent_cents)

    @property
    def used_percent(self) -> int:
        """How much of it is used, 0 to 100."""
        if not self.cents:
            return 100 if self.cents == 0 else 0
        return min(100, self.spent_cents * 100 // self.cents)


def cards_of(user: User) -> QuerySet[SavedCard]:
    """A client's saved cards, the default first."""
    mine = SavedCard.objects.filter(client=user, removed_at=None)
    return mine.order_by("-is_default", "saved_at", "id")


def auto_reload_of(user: User) -> AutoReload | None:
    """What a client agreed to, on or off; None: never."""
    return AutoReload.objects.select_related("card").filter(client=user).first()


def reloads_of(user: User) -> QuerySet[Reload]:
    """Each time that it was due, newest first."""
    return Reload.objects.filter(client=user).order_by("-triggered_at")


def withdrawals_of(user: User) -> QuerySet[Withdrawal]:
    """A client's withdrawals with their parts, newest first."""
    return Withdrawal.objects.filter(client=user).prefetch_related("parts").order_by("-id")


def withdrawal_of(user: User, withdrawal_id: UUID) -> Withdrawal:
    """One withdrawal of this client.

    :raises NotFound: there is none, or it is somebody else's.
    """
    found = withdrawals_of(user).filter(pk=withdrawal_id).first()
    if found is None:
        raise NotFound("There is no such withdrawal.")
    return found


def counted_withdrawals(user: User, *, since: datetime) -> QuerySet[Withdrawal]:
    """Withdrawals since then of which anything went out, or may."""
    out = WithdrawalPart.objects.filter(withdrawal=OuterRef("pk")).exclude(
        state=WithdrawalPart.State.FAILED
    )
    return Withdrawal.objects.filter(Exists(out), client=user, at__gt=since)


def held_until(user: User, *, at: datetime) -> datetime | None:
    """Before when nothing goes back to their cards, because their e-mail changed; None: it may."""
    held = WithdrawalHold.objects.filter(pk=user.pk, until__gt=at).first()
    return held.until if held else None


def shares_of(user: User, cents: int, *, at: datetime) -> list[Share]:
    """By which payments ``cents`` go back: the newest first, each up to what is left of it.

    Fewer than ``cents`` when there is not so much; ``movements.withdraw`` refuses that.
    """
    payments = refundables.payments_of(user.pk, at=at)
    names = [payment.payment_intent_id for payment in payments]
    on_the_way = _on_the_way(names)
    paid_by = dict(
        TopUp.objects.filter(client=user, payment_intent_id__in=names).values_list(
            "payment_intent_id", "card_label"
        )
    )
    shares = []
    for payment in payments:
        name = payment.payment_intent_id
        part = min(cents, payment.left_cents - on_the_way.get(name, 0))
        if part > 0:
            shares.append(Share(name, paid_by.get(name, ""), part))
            cents -= part
    return shares


def limits_of(user: User, *, at: datetime) -> list[OwnLimit]:
    """All three limits of a client, set or not, with what was spent of each."""
    rows = {row.span: row for row in SpendLimit.objects.filter(client=user)}
    spent = spending.spent_by([user.pk], at=at)[user.pk]
    limits = []
    for span in spending.SPANS:
        row = rows.get(span.value)
        rising = bool(row and row.raised_at and row.raised_at > at)
        limits.append(
            OwnLimit(
                span=span.value,
                label=str(span.label),
                cents=row.at(at) if row else None,
                next_cents=row.next_cents if row and rising else None,
                raised_at=row.raised_at if row and rising else None,
                spent_cents=spent[span],
            )
        )
    return limits


def exclusion_of(user: User, *, at: datetime) -> Exclusion | None:
    """The exclusion that holds, if any."""
    return exclusions.current(user.pk, at=at)


def _on_the_way(payment_ids: list[str]) -> dict[str, int]:
    """What of each payment is going back already and not yet in the ledger as gone."""
    under_way = WithdrawalPart.objects.filter(
        payment_intent_id__in=payment_ids, state__in=OPEN_PARTS
    )
    sums = under_way.order_by().values_list("payment_intent_id").annotate(Sum("cents"))
    return dict(sums)

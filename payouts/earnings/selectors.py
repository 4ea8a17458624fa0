"""Questions about a reader's payouts, and who may ask them. A reader sees only their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.errors import Forbidden, NotFound
from backend.ledger import payables
from payouts.earnings import eligibility, words
from payouts.models import ConnectAccount, Payout, PayoutTerms

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Preview:
    """What the next nightly run pays a reader, or why it pays nothing.

    ``cents``: 0 when there is a reason. ``expected_cents``: what will have matured by then, paid
    or not. ``code`` is empty or one of ``words.Why``; ``words`` can be shown as they are.
    """

    at: datetime
    cents: int
    expected_cents: int
    threshold_cents: int
    code: str
    words: str


@dataclass(frozen=True)
class Onboarding:
    """How far a reader's account at Stripe is.

    ``state``: ``none``, ``unfinished``, ``ready``, ``wanting`` (Stripe asks for more or is
    checking) or ``ended``. ``missing`` is what to give, in words; ``due_by``: until when.
    """

    state: str
    words: str
    missing: list[str]
    due_by: datetime | None
    country: str
    currency: str
    held_until: datetime | None
    hold_reason: str


def earner(user: User) -> User:
    """The reader whose payouts may be shown.

    :raises Forbidden: only readers are paid.
    """
    if not user.is_reader:
        raise Forbidden("Only readers are paid.")
    return user


def next_run_at(at: datetime) -> datetime:
    """When the next nightly run begins."""
    tonight = at.replace(hour=settings.PAYOUT_HOUR_UTC, minute=0, second=0, microsecond=0)
    return tonight if at < tonight else tonight + DAY


def account_of(reader_id: UUID) -> ConnectAccount | None:
    """A reader's newest account at Stripe, ended or not."""
    return ConnectAccount.objects.filter(reader_id=reader_id).order_by("-number").first()


def terms_of(reader_id: UUID) -> PayoutTerms:
    """A reader's terms; the usual ones (not stored) if they never changed any."""
    found = PayoutTerms.objects.filter(pk=reader_id).first()
    return found or PayoutTerms(reader_id=reader_id)


def preview(reader: User, at: datetime) -> Preview:
    """What the next nightly run pays this reader, or the reason why it does not."""
    when, terms = next_run_at(at), terms_of(reader.pk)
    cents = payables.expected_cents(reader.pk, until=when)
    obstacle = eligibility.obstacle(reader, account_of(reader.pk), terms, when)
    obstacle = obstacle or eligibility.below(cents, terms)
    return Preview(
        at=when,
        cents=0 if obstacle else cents,
        expected_cents=cents,
        threshold_cents=eligibility.threshold_cents(terms),
        code=obstacle.code if obstacle else "",
        words=obstacle.text if obstacle else words.tonight(cents, when),
    )


def onboarding(reader: User, at: datetime) -> Onboarding:
    """How far the reader's account is, from what Stripe said last."""
    account, terms = account_of(reader.pk), terms_of(reader.pk)
    obstacle = eligibility.obstacle(reader, account, terms, at)
    is_held = bool(terms.held_until and terms.held_until > at)
    return Onboarding(
        state=_state_of(account),
        words=obstacle.text if obstacle else "You are set up. Payouts go out every night.",
        missing=words.missing(account.currently_due) if account and not account.ended_at else [],
        due_by=account.due_by if account else None,
        country=account.country if account else "",
        currency=account.currency.upper() if account else "",
        held_until=terms.held_until if is_held else None,
        hold_reason=terms.hold_reason if is_held else "",
    )


def _state_of(account: ConnectAccount | None) -> str:
    if account is None or not (account.account_id or account.ended_at):
        return "none"
    if account.ended_at:
        return "ended"
    if account.can_receive:
        return "ready"
    return "wanting" if account.is_submitted else "unfinished"


def payouts_of(user: User) -> QuerySet[Payout]:
    """A reader's own payouts, newest first; also those that waited, with their reason."""
    return Payout.objects.filter(reader=user).order_by("-id")


def payout_of(user: User, payout_id: UUID) -> Payout:
    """One payout of this reader.

    :raises NotFound: there is none, or it is somebody else's.
    """
    found = payouts_of(user).filter(pk=payout_id).first()
    if found is None:
        raise NotFound("There is no such payout.")
    return found

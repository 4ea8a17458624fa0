"""Whether a reader may be paid, decided on rows that are at hand: no query, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from backend.accounts.models import User
from payouts.earnings import words
from payouts.earnings.words import Why
from payouts.models import ConnectAccount, PayoutTerms


@dataclass(frozen=True)
class Obstacle:
    """Why a reader is not paid, as a code and in words for the reader."""

    why: Why
    text: str

    @property
    def code(self) -> str:
        return self.why.value


Judge = Callable[[User, ConnectAccount | None, PayoutTerms, datetime], Obstacle | None]


def lasting_obstacle(
    reader: User, account: ConnectAccount | None, terms: PayoutTerms, at: datetime
) -> Obstacle | None:
    """What stands in the way whatever Stripe would say now; None when it is worth asking."""
    if reader.is_frozen or not reader.is_active:
        return _plain(Why.FROZEN)
    if terms.stopped_at:
        return _plain(Why.STOPPED)
    if account is None or not (account.account_id or account.ended_at):
        return _plain(Why.NO_ACCOUNT)
    if account.ended_at:
        return _plain(Why.ENDED)
    if account.currency and account.currency != settings.CURRENCY.lower():
        return _plain(Why.CURRENCY)
    if terms.held_until and terms.held_until > at:
        return Obstacle(Why.HELD, words.held(terms.held_until, terms.hold_reason))
    return None


def obstacle(
    reader: User, account: ConnectAccount | None, terms: PayoutTerms, at: datetime
) -> Obstacle | None:
    """What stands in the way of a payout at ``at``, but for its amount; None: nothing does."""
    lasting = lasting_obstacle(reader, account, terms, at)
    if lasting or account is None or account.can_receive:
        return lasting
    if not account.is_submitted:
        return _plain(Why.UNFINISHED)
    why = words.why_refused(account.refusal)
    if why is Why.ASKED:
        return Obstacle(why, words.asked_for(account.currently_due))
    return _plain(why)


def threshold_cents(terms: PayoutTerms) -> int:
    """The least that a payout of this reader carries."""
    return max(settings.PAYOUT_MIN_CENTS, terms.threshold_cents or 0)


def below(cents: int, terms: PayoutTerms) -> Obstacle | None:
    """Whether ``cents`` are too few for this reader's payout."""
    least = threshold_cents(terms)
    return Obstacle(Why.BELOW, words.short_of(cents, least)) if cents < least else None


def _plain(why: Why) -> Obstacle:
    return Obstacle(why, words.explain(why))

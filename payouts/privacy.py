"""What payments and cases keep of a person. The amounts themselves: ``backend.ledger.privacy``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from backend.core import privacy
from payouts.chargeback_states import DECIDED
from payouts.dispute_states import DisputeState
from payouts.disputes import selectors as disputes
from payouts.models import (
    Chargeback,
    ConnectAccount,
    Decision,
    Dispute,
    Payout,
    PayoutTerms,
    Statement,
    TopUp,
)
from payouts.payout_states import UNDER_WAY

EARNINGS: Final = "/earnings/"
ERASED_WORDS: Final = "(The writer has left SoulSeer.)"


@privacy.exports(
    "top-ups",
    title="Money you added",
    words="Each time you added money, and what became of it.",
    tables=["payouts.TopUp"],
)
def top_ups(user_id: UUID) -> Iterator[privacy.Row]:
    """Top-ups with Stripe's names of them."""
    yield from privacy.rows(
        TopUp.objects.filter(client_id=user_id).order_by("pk"),
        *("created_at", "amount_cents", "currency", "status", "settled_at", "failure_text"),
        *("checkout_session_id", "payment_intent_id"),
    )


@privacy.exports(
    "disputes",
    title="Cases about readings",
    words="Cases you opened or were a side of: what was said, and what was decided.",
    tables=["payouts.Dispute", "payouts.Statement"],
)
def cases(user_id: UUID) -> Iterator[privacy.Row]:
    """Cases, then statements, then decisions with the words to this person's side."""
    mine = Dispute.objects.filter(_side_of(user_id)).order_by("pk")
    yield from privacy.rows(
        mine,
        *("id", "session_id", "reason_code", "text", "opened_at", "state", "gross_cents"),
        *("appealed_by", "appealed_at"),
    )
    said = Statement.objects.filter(dispute__in=mine).order_by("pk")
    yield from privacy.rows(said, "dispute_id", "side", "text", "is_appeal", "at")
    for side in ("client", "reader"):
        decided = Decision.objects.filter(**{f"dispute__{side}_id": user_id}).order_by("pk")
        fields = ("dispute_id", "outcome", "cents", "at", f"words_to_{side}")
        yield from privacy.rows(decided, *fields)


@privacy.exports(
    "payouts",
    title="Payouts",
    words="Your account at Stripe as we know it, your terms, and every payout.",
    tables=["payouts.Payout", "payouts.ConnectAccount", "payouts.PayoutTerms"],
)
def payments_out(user_id: UUID) -> Iterator[privacy.Row]:
    """Accounts, terms, then payouts, oldest first."""
    yield from privacy.rows(
        ConnectAccount.objects.filter(reader_id=user_id).order_by("pk"),
        *("account_id", "country", "currency", "created_at", "ready_at", "ended_at", "ending"),
        *("refusal", "currently_due"),
    )
    yield from privacy.rows(
        PayoutTerms.objects.filter(pk=user_id), "threshold_cents", "held_until", "hold_reason"
    )
    yield from privacy.rows(
        Payout.objects.filter(reader_id=user_id).order_by("pk"),
        *("id", "period_date", "state", "created_at", "sent_at", "amount_cents", "currency"),
        *("transfer_id", "reversed_cents", "reason_text"),
    )


@privacy.exports(
    "chargebacks",
    title="Payments your bank disputed",
    words="Payments of yours that a bank took back, or asked us about.",
    tables=["payouts.Chargeback"],
)
def chargebacks(user_id: UUID) -> Iterator[privacy.Row]:
    """What the bank said; what we answered is staff's."""
    yield from privacy.rows(
        Chargeback.objects.filter(client_id=user_id).order_by("pk"),
        *("dispute_id", "payment_intent_id", "amount_cents", "currency", "reason", "state"),
        *("opened_at", "state_since"),
    )


privacy.leaves_out(
    payouts__PayoutRun="acts of staff",
    payouts__PaymentWarning="how we notice fraud; it would tell how not to be noticed",
    payouts__Decision="under Cases about readings; who of staff decided is not the person's",
    payouts__SignatureRequest="acts of staff",
)


@privacy.objects
def a_case_is_open(user_id: UUID) -> Iterator[privacy.Objection]:
    """Nobody goes in the middle of a case about them."""
    still = Dispute.objects.filter(_side_of(user_id)).exclude(state=DisputeState.CLOSED)
    if still.exists():
        yield privacy.Objection(
            "dispute_open",
            "A case about a reading of yours is not closed yet.",
            reverse("live:history"),
            "Readings",
        )


@privacy.objects
def something_is_under_way(user_id: UUID) -> Iterator[privacy.Objection]:
    """A payout that left, or a bank that has not decided, still needs somebody to talk to."""
    if Payout.objects.filter(reader_id=user_id, state__in=sorted(UNDER_WAY)).exists():
        yield privacy.Objection("payout_open", "A payout to you is on its way.", EARNINGS, "Open")
    if Chargeback.objects.filter(client_id=user_id).exclude(state__in=sorted(DECIDED)).exists():
        yield privacy.Objection(
            "chargeback_open", "Your bank has not decided yet about a payment of yours."
        )


@privacy.withholds
def open_cases() -> Iterator[str]:
    """What undecided cases, and those that may be appealed, are about."""
    yield from disputes.open_abouts()


@privacy.erases("payments")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Their words go; Stripe's names of payments stay with the amounts."""
    Dispute.objects.filter(client_id=user_id).update(text=ERASED_WORDS)
    Statement.objects.filter(author_id=user_id).update(text=ERASED_WORDS)
    return TopUp.objects.filter(client_id=user_id).update(checkout_url="", failure_text="")


def _side_of(user_id: UUID) -> Q:
    return Q(client_id=user_id) | Q(reader_id=user_id)

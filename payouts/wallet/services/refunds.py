"""Refunds of cards: sending ours, and bringing our books to whatever Stripe says of any.

Every road (the answer of a call, a webhook, the sweep) ends in ``apply``, which may be called in
any order and as often as one likes: a part only moves forward, and the ledger books each refund
once. A refund that is not ours was made by hand in Stripe's dashboard; it is booked as that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from backend.core import engines, ids, sweeps
from backend.core.templatetags.money import money
from backend.ledger import bookings, movements
from backend.ledger.movements import CardRefund
from backend.notifications.services import notify
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.models import TopUp, WithdrawalPart
from payouts.ports import CardRefunder, CardRefundSeen, Payment, RefundOrder, RefundState
from payouts.services import convergence, issues, lost
from payouts.states import TopUpStatus

log = structlog.get_logger(__name__)
LOST_AFTER: Final = timedelta(minutes=2)  # longer than a call with all its retries
ASKED_EVERY: Final = timedelta(hours=1)
KEY_LIVES: Final = timedelta(hours=23)
BATCH: Final = 200
_S = WithdrawalPart.State


@dataclass(frozen=True)
class News:
    """A payment and all its refunds, as Stripe has them now."""

    payment: Payment
    refunds: list[CardRefundSeen]


def ask(payment_id: str) -> News:
    """Ask Stripe about a payment and its refunds. Not in a transaction.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    refunder: CardRefunder = engines.load("card_refunder")
    return News(convergence.ask_payment(payment_id), refunder.refunds_of(payment_id))


def ask_of(refund_id: str) -> News | None:
    """The same, by one of the refunds; None when it is none of a payment.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    refunder: CardRefunder = engines.load("card_refunder")
    payment_id = refunder.payment_of(refund_id)
    return ask(payment_id) if payment_id else None


@transaction.atomic
def hear(*, news: News, at: datetime) -> bool:
    """Bring our books to what Stripe says of a payment; False when it is not one of ours.

    The payment first: news of a refund may overtake the news of the money.
    """
    top_up = convergence.apply_payment(payment=news.payment, at=at)
    if top_up is None and not lost.set_aside(news.payment, at=at):
        return False
    for refund in news.refunds:
        if top_up:
            apply(refund=refund, at=at)
        else:
            lost.set_aside_refund(refund, at=at)
    return True


def send_due(*, at: datetime) -> int:
    """Send every part that nobody is sending; how many were tried."""
    waiting = WithdrawalPart.objects.filter(state=_S.WAITING)
    due = waiting.filter(Q(tried_at=None) | Q(tried_at__lte=at - LOST_AFTER))
    ids = list(due.order_by("state_since", "n").values_list("pk", flat=True)[:BATCH])
    sweeps.each(ids, lambda part_id: send(part_id=part_id, at=at), job="send refunds")
    return len(ids)


def ask_about_sent(*, at: datetime) -> int:
    """Ask about refunds that are on their way for long; how many payments were asked about."""
    sent = WithdrawalPart.objects.filter(state=_S.SENT, state_since__lte=at - ASKED_EVERY)
    # By chance: a bank may take days, and more than a batch may wait for theirs.
    some = sent.order_by("?").values_list("payment_intent_id", flat=True)[:BATCH]
    payments = set(some)
    sweeps.each(payments, lambda name: hear(news=ask(name), at=at), job="ask about refunds")
    return len(payments)


def send(*, part_id: UUID, at: datetime) -> None:
    """Give one part back. What was tried before is looked up first, and never guessed.

    :raises ChargerUnreachable: unknown; the sweep looks it up and tries again.
    """
    part = WithdrawalPart.objects.get(pk=part_id)
    if part.state != _S.WAITING:
        return
    # A restored row may not know that it was tried, and Stripe forgets keys after a day.
    may_be_old = part.tried_at or at - part.state_since >= KEY_LIVES
    if may_be_old and _adopt(part, at):
        return
    WithdrawalPart.objects.filter(pk=part.pk).update(tried_at=at)
    refunder: CardRefunder = engines.load("card_refunder")
    again = f":a{part.attempt}" if part.attempt > 1 else ""
    order = RefundOrder(part.pk, part.payment_intent_id, part.cents)
    try:
        seen = refunder.refund(order, key=f"wd:{part.withdrawal_id}:{part.n}{again}")
    except ChargerRefused as refused:
        _refuse(part_id=part.pk, why=refused.detail, at=at)
    except ChargerUnreachable as error:
        if not error.spent_key:
            raise
        if not _adopt(part, at):
            rows = WithdrawalPart.objects.filter(pk=part.pk, attempt=part.attempt)
            rows.update(attempt=part.attempt + 1)
            raise
    else:
        apply(refund=seen, at=at)


@transaction.atomic
def apply(*, refund: CardRefundSeen, at: datetime) -> None:
    """Book what Stripe says of one refund, ours or made by hand."""
    if refund.env and refund.env != settings.SITE_URL:
        return
    part = _part_of(refund)
    if part is None:
        _apply_by_hand(refund, at)
    elif (refund.payment_id, refund.cents) != (part.payment_intent_id, part.cents):
        _raise_issue(refund, f"it is not what part {part.pk} asked for", at)
    else:
        _bring(part, refund, at)


def _adopt(part: WithdrawalPart, at: datetime) -> bool:
    """Look for the refund of a part that was tried before; whether there is one."""
    refunder: CardRefunder = engines.load("card_refunder")
    for seen in refunder.refunds_of(part.payment_intent_id):
        if seen.part_id == str(part.pk):
            apply(refund=seen, at=at)
            return True
    return False


def _part_of(refund: CardRefundSeen) -> WithdrawalPart | None:
    """The part that a refund belongs to, locked; a second refund for one part is not ours."""
    rows = WithdrawalPart.objects.select_for_update(of=("self",)).select_related(
        "withdrawal__client"
    )
    found = rows.filter(refund_id=refund.id).first()
    named = ids.parsed(refund.part_id)
    if found is None and named:
        found = rows.filter(pk=named, refund_id=None).first()
    return found


def _bring(part: WithdrawalPart, refund: CardRefundSeen, at: datetime) -> None:
    client, booked = part.withdrawal.client, _booked(refund)
    part.refund_id = refund.id
    to = None
    if refund.state is RefundState.SUCCEEDED and part.is_open:
        movements.confirm_refund(refund=booked, client=client, at=at)
        to = _S.CONFIRMED
    elif refund.state is RefundState.FAILED and part.state != _S.FAILED:
        if part.is_open:
            # Stripe's balance saw it go before it came back, so ours does too.
            movements.confirm_refund(refund=booked, client=client, at=at)
        movements.fail_refund(refund=booked, client=client, at=at)
        to, part.why = _S.FAILED, "The bank sent it back."
        _tell_failed(part, at)
    elif refund.state is RefundState.PENDING and part.state == _S.WAITING:
        to = _S.SENT
    if to:
        part.state, part.state_since = to, at
        log.info("refund_moved", part_id=str(part.pk), refund=refund.id, state=to.value)
    part.save()


@transaction.atomic
def _refuse(*, part_id: UUID, why: str, at: datetime) -> None:
    """Stripe will never make this refund: its money is back in the wallet."""
    rows = WithdrawalPart.objects.select_for_update(of=("self",)).select_related(
        "withdrawal__client"
    )
    part = rows.get(pk=part_id)
    if part.state != _S.WAITING:
        return
    never = CardRefund(f"never-{part.pk}", part.payment_intent_id, part.cents)
    movements.fail_refund(refund=never, client=part.withdrawal.client, at=at)
    part.state, part.state_since, part.why = _S.FAILED, at, why[:200]
    part.save()
    _tell_failed(part, at)


def _apply_by_hand(refund: CardRefundSeen, at: datetime) -> None:
    """Somebody refunded a payment in the dashboard: it has happened, so it is booked (case 58)."""
    top_up = TopUp.objects.filter(payment_intent_id=refund.payment_id).first()
    if top_up is None:
        return
    part_id = ids.parsed(refund.part_id)
    # A part that nobody knows was lost with a database; a known one has its refund already.
    if part_id and WithdrawalPart.objects.filter(pk=part_id).exists():
        _raise_issue(refund, f"a second refund names part {refund.part_id}", at)
    if top_up.status != TopUpStatus.SUCCEEDED:
        _raise_issue(refund, f"top-up {top_up.pk} was never credited", at)
        return
    booked = _booked(refund)
    if not bookings.is_booked(f"re:{refund.id}:fail"):
        movements.book_dashboard_refund(refund=booked, client=top_up.client, at=at)
    if refund.state is RefundState.FAILED:
        movements.fail_refund(refund=booked, client=top_up.client, at=at)


def _booked(refund: CardRefundSeen) -> CardRefund:
    return CardRefund(refund.id, refund.payment_id, refund.cents)


def _raise_issue(refund: CardRefundSeen, wrong: str, at: datetime) -> None:
    issues.raise_once(
        kind="refund",
        external_id=refund.id,
        text=f"Refund {refund.id} of {money(refund.cents)}: {wrong}.",
        at=at,
    )


def _tell_failed(part: WithdrawalPart, at: datetime) -> None:
    notify(
        user_id=part.withdrawal.client_id,
        kind="wallet",
        title=f"{money(part.cents)} is back in your wallet",
        body=f"{part.card_label or 'The card'} did not take it. You can try again tomorrow, "
        "or write to us.",
        url="/wallet/withdraw/",
        at=at,
    )

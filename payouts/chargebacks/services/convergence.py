"""Bringing a bank's dispute to what Stripe says is true. Every road ends here.

Stripe is asked first, outside any transaction; what the payment brought is booked before the
dispute is (so the order of webhooks does not matter). Then the client's row is locked: what banks
say about one client is worked one after the other, before any session's row and any pot.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import standing
from backend.core import engines, sweeps
from backend.ledger import bookings, movements
from payouts.chargeback_states import (
    DECIDED,
    INQUIRIES,
    OF_STRIPE,
    ChargebackState,
    WarningState,
    may_move,
)
from payouts.chargebacks.services import notices, warnings
from payouts.models import Chargeback, PaymentWarning
from payouts.ports import BankDispute, BankDisputes
from payouts.services import convergence, issues

log = structlog.get_logger(__name__)
_S = ChargebackState
CASES_MAX = 500


def ask(dispute_id: str, *, at: datetime) -> BankDispute:
    """The dispute as Stripe has it now; its payment is booked by then. Not in a transaction.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    banks: BankDisputes = engines.load("bank_disputes")
    dispute = banks.dispute(dispute_id)
    if bookings.payer_of(dispute.payment_id) is None:
        convergence.apply_payment(payment=convergence.ask_payment(dispute.payment_id), at=at)
    return dispute


@transaction.atomic
def apply(*, dispute: BankDispute, at: datetime) -> Chargeback | None:
    """Bring our case to a dispute; None when its payment is not one of ours.

    Frozen money, the stop of the client's money, the task for staff, won and lost: each once,
    however often and in whatever order we hear of it.
    """
    client_id = bookings.payer_of(dispute.payment_id)
    if client_id is None:
        _nobody_s(dispute, at)
        return None
    client = User.objects.select_for_update(no_key=True).get(pk=client_id)
    case = _case_of(dispute, client, at)
    if _is_strange(case, dispute, at):
        return case
    _book_moves(dispute, at)
    if dispute.due_at and not case.is_decided:
        case.due_at = dispute.due_at
    to = OF_STRIPE.get(dispute.status)
    if to and (case.state == to or may_move(case.state, to)):
        _move(case, client, to, at)
    elif to != case.state:
        _tell_of_disagreement(case, dispute, at)
    case.save(update_fields=["state", "state_since", "due_at", "lost_at"])
    return case


def converge(*, chargeback_id: UUID, at: datetime) -> None:
    """Ask Stripe about one case and bring it to the answer.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: Stripe did not answer; try again.
    """
    dispute_id = Chargeback.objects.values_list("dispute_id", flat=True).get(pk=chargeback_id)
    apply(dispute=ask(dispute_id, at=at), at=at)


def converge_open(*, at: datetime) -> int:
    """Ask about every case that is not decided; how many were asked about.

    The net beneath the webhooks. One that fails does not hold up the others.
    """
    # By chance: they stay undecided for weeks, and there may be more than are asked about at once.
    undecided = Chargeback.objects.exclude(state__in=DECIDED).order_by("?")
    ids = list(undecided.values_list("id", flat=True)[:CASES_MAX])
    sweeps.each(ids, lambda pk: converge(chargeback_id=pk, at=at), job="chargebacks")
    return len(ids)


def chargeback_of(case: Chargeback) -> movements.Chargeback:
    """A case as the ledger names it."""
    return movements.Chargeback(case.dispute_id, case.payment_intent_id, case.amount_cents)


def _case_of(dispute: BankDispute, client: User, at: datetime) -> Chargeback:
    """The case of a dispute, made when it is seen for the first time.

    One that is decided by now passes through the states before it, so that the same is booked.
    """
    known = Chargeback.objects.filter(dispute_id=dispute.id).first()
    if known:
        return known
    asked = dispute.status.startswith("warning") or dispute.status == "prevented"
    case = Chargeback.objects.create(
        dispute_id=dispute.id,
        payment_intent_id=dispute.payment_id,
        client=client,
        amount_cents=dispute.amount_cents,
        currency=dispute.currency.upper(),
        reason=dispute.reason,
        state=_S.INQUIRY if asked else _S.OPEN,
        state_since=at,
        opened_at=dispute.opened_at,
        due_at=dispute.due_at,
    )
    notices.opened(case, at)
    if case.state not in INQUIRIES:
        _take(case, client, at)
    return case


def _move(case: Chargeback, client: User, to: ChargebackState, at: datetime) -> None:
    if case.state == to:
        return
    if case.state in INQUIRIES and to not in INQUIRIES and to is not _S.CLOSED:
        notices.escalated(case, at)
        _take(case, client, at)
    case.state, case.state_since = to, at
    if to is _S.LOST:
        case.lost_at = at
        movements.lose_chargeback(chargeback=chargeback_of(case), client=client, at=at)
    elif to in DECIDED and bookings.is_booked(chargeback_of(case).key("freeze")):
        movements.win_chargeback(chargeback=chargeback_of(case), client=client, at=at)
    if to in DECIDED:
        notices.decided(case, at)
    log.info("chargeback_moved", dispute=case.dispute_id, state=to.value)


def _take(case: Chargeback, client: User, at: datetime) -> None:
    """The bank has taken the money: end what runs, stop the client's money, freeze what is left.

    What a warning had frozen of the same payment is freed for it first.
    """
    standing.put_under_review(
        user_id=client.pk, why=f"The bank disputes {case.payment_intent_id}.", at=at
    )
    open_warnings = PaymentWarning.objects.filter(
        payment_intent_id=case.payment_intent_id, state=WarningState.OPEN
    )
    for warning in open_warnings:
        warnings.end(warning, client, WarningState.DISPUTED, at)
    movements.freeze_chargeback(chargeback=chargeback_of(case), client=client, at=at)
    notices.taken(case, at)


def _nobody_s(dispute: BankDispute, at: datetime) -> None:
    """A payment that no wallet was credited with: our balance stays right, a person looks."""
    _book_moves(dispute, at)
    issues.raise_once(
        kind="chargeback_unknown",
        external_id=dispute.id,
        text=f"A bank disputes {dispute.payment_id}, which no client of ours was credited with.",
        at=at,
    )


def _book_moves(dispute: BankDispute, at: datetime) -> None:
    for moved in dispute.moves:
        line = movements.BalanceLine(moved.transaction_id, dispute.id, abs(moved.cents))
        if moved.cents < 0:
            movements.withhold(line=line, fee_cents=moved.fee_cents, at=at)
        else:
            movements.reinstate(line=line, fee_cents=-moved.fee_cents, at=at)


def _is_strange(case: Chargeback, dispute: BankDispute, at: datetime) -> bool:
    """Whether Stripe now says something else about the same dispute: a person looks."""
    ours = (case.payment_intent_id, case.amount_cents, settings.CURRENCY.lower())
    if (dispute.payment_id, dispute.amount_cents, dispute.currency) == ours:
        return False
    issues.raise_once(
        kind="chargeback_changed",
        external_id=dispute.id,
        text=f"{dispute.id} was {case.amount_cents} cents of {case.payment_intent_id} and is now "
        f"{dispute.amount_cents} {dispute.currency} cents of {dispute.payment_id}.",
        at=at,
    )
    return True


def _tell_of_disagreement(case: Chargeback, dispute: BankDispute, at: datetime) -> None:
    """Stripe is behind us, which is nothing, or says another end than the one we booked."""
    to = OF_STRIPE.get(dispute.status)
    if to is not None and to not in DECIDED:
        return
    issues.raise_once(
        kind="chargeback_conflict",
        external_id=f"{dispute.id}:{dispute.status}"[:255],
        text=f"{dispute.id} is {case.get_state_display().lower()} here, and Stripe says "
        f"{dispute.status}.",
        at=at,
    )

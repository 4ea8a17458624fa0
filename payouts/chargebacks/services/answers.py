"""What we answer a bank: the evidence, once; or that it may keep the money."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core import engines
from backend.core.errors import Forbidden, IllegalMove, InvalidInput
from payouts.chargeback_states import OF_STRIPE, TO_ANSWER, UNDECIDED_MONEY
from payouts.chargebacks import selectors
from payouts.chargebacks.errors import AnswerOnItsWay
from payouts.chargebacks.services import convergence
from payouts.errors import ChargerRefused
from payouts.models import Chargeback
from payouts.ports import BankDispute, BankDisputes, Evidence

# Longer than any call can last: a claim that is older belongs to nobody any more.
CLAIM: Final = timedelta(minutes=3)


def send(*, chargeback_id: UUID, evidence: Evidence, by: User, at: datetime) -> Chargeback:
    """Send the evidence to the bank, once. Not in a transaction.

    The answer is claimed before the call. When it is not known how an earlier try ended, Stripe
    is asked whether it has arrived before anything is sent again.
    :raises Forbidden: ``by`` is no admin.
    :raises AnswerOnItsWay: somebody else is sending it, or it was sent, or it is too late.
    :raises ChargerRefused: final, the bank takes no evidence.
    :raises ChargerUnreachable: unknown; may be tried again after a few minutes.
    """
    if not by.is_admin:
        raise Forbidden("Only admins answer banks.")
    case = _claim(chargeback_id, by, at)
    try:
        dispute = _arrived_before(case, at) or _send(case, evidence)
    except ChargerRefused:
        Chargeback.objects.filter(pk=case.pk, answered_at=None).update(answering_since=None)
        raise
    return _sent(case, dispute, evidence, by, at)


def give_in(*, chargeback_id: UUID, by: User, reason: str, at: datetime) -> Chargeback:
    """Tell the bank to keep the money; it cannot be taken back. Not in a transaction.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason.
    :raises IllegalMove: no money was taken, or it is decided.
    :raises ChargerRefused: final. :raises ChargerUnreachable: unknown; may be tried again.
    """
    if not by.is_admin:
        raise Forbidden("Only admins answer banks.")
    if not reason.strip():
        raise InvalidInput("A decision has a reason.")
    case = selectors.chargeback(chargeback_id)
    if case.state not in UNDECIDED_MONEY:
        raise IllegalMove("There is nothing to give in to.", state=case.state)
    dispute = convergence.ask(case.dispute_id, at=at)
    if OF_STRIPE.get(dispute.status) in UNDECIDED_MONEY:
        banks: BankDisputes = engines.load("bank_disputes")
        dispute = banks.give_in(case.dispute_id, key=f"dp:{case.dispute_id}:close")
    with transaction.atomic():
        convergence.apply(dispute=dispute, at=at)
        _record("chargeback.give_in", case, by, at, reason=reason)
    return selectors.chargeback(chargeback_id)


def _claim(chargeback_id: UUID, by: User, at: datetime) -> Chargeback:
    nobody = Q(answering_since=None) | Q(answering_since__lt=at - CLAIM)
    mine = Chargeback.objects.filter(
        nobody, pk=chargeback_id, answered_at=None, state__in=TO_ANSWER
    )
    claimed = mine.update(answering_since=at, answered_by=by, answer_tries=F("answer_tries") + 1)
    case = selectors.chargeback(chargeback_id)
    if claimed != 1:
        raise AnswerOnItsWay(state=case.state)
    return case


def _arrived_before(case: Chargeback, at: datetime) -> BankDispute | None:
    """The dispute, if an earlier try whose end was not known has reached it."""
    if case.answer_tries == 1:
        return None
    dispute = convergence.ask(case.dispute_id, at=at)
    return dispute if dispute.answers else None


def _send(case: Chargeback, evidence: Evidence) -> BankDispute:
    banks: BankDisputes = engines.load("bank_disputes")
    key = f"dp:{case.dispute_id}:answer:{case.answer_tries}"
    return banks.answer(case.dispute_id, evidence, key=key)


@transaction.atomic
def _sent(
    case: Chargeback, dispute: BankDispute, evidence: Evidence, by: User, at: datetime
) -> Chargeback:
    answer = {**evidence.fields, "document_sha256": sha256(evidence.pdf).hexdigest()}
    Chargeback.objects.filter(pk=case.pk).update(answered_at=at, answer=answer)
    convergence.apply(dispute=dispute, at=at)
    _record("chargeback.answer", case, by, at, document=answer["document_sha256"])
    return selectors.chargeback(case.pk)


def _record(
    act: str, case: Chargeback, by: User, at: datetime, *, reason: str = "", document: str = ""
) -> None:
    audit_log.record(
        actor=by,
        act=act,
        about=f"chargeback:{case.pk}",
        at=at,
        reason=reason,
        facts={"dispute": case.dispute_id, "cents": case.amount_cents, "document": document},
    )

"""Who may sign a decision, and what one admin may sign alone."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.ledger import signatures
from backend.ledger.errors import NeedsSecondSignature
from payouts.models import Dispute


def require_judge(by: User, dispute: Dispute) -> None:
    """Nobody decides their own case, and only admins decide at all.

    :raises Forbidden: ``by`` is no admin, or one of the two sides.
    """
    if not by.is_admin or dispute.side_of(by.pk):
        raise Forbidden("Only an admin who is no side of a case decides it.")


def sign_alone(by: User, dispute: Dispute, cents: int, *, at: datetime) -> bool:
    """Let ``by`` answer for ``cents`` alone; False when another admin has to sign it too.

    A decision that gives nothing back needs no signature for money.
    :raises Forbidden: no admin in office.
    """
    if not cents:
        return True
    sides = [dispute.client_id, dispute.reader_id]
    try:
        signatures.sign_alone(admin_id=by.pk, cents=cents, beneficiaries=sides, at=at)
    except NeedsSecondSignature:
        return False
    return True


def require_three(requester: User, approver: User, dispute: Dispute) -> None:
    """Who asked, who approves and both sides are different people.

    :raises SamePerson: they are not.
    :raises Forbidden: one of the two is no admin in office.
    """
    signatures.require_three(
        requester_id=requester.pk,
        approver_id=approver.pk,
        beneficiaries=[dispute.client_id, dispute.reader_id],
    )

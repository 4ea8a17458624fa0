"""The end of a client's review: staff let their money move again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log, standing
from backend.core.errors import Forbidden, IllegalMove, InvalidInput
from payouts.chargebacks import selectors
from payouts.chargebacks.errors import BankStillDecides
from payouts.chargebacks.services import notices


@transaction.atomic
def end(*, client_id: UUID, by: User, reason: str, at: datetime) -> None:
    """Let a client's money move again, and tell them.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason.
    :raises BankStillDecides: a bank still has money of theirs in its hands.
    :raises IllegalMove: it moves already; of two admins one is too late.
    """
    if not by.is_admin:
        raise Forbidden("Only admins let money move again.")
    if not reason.strip():
        raise InvalidInput("A decision has a reason.")
    User.objects.select_for_update(no_key=True).get(pk=client_id)
    if selectors.undecided_of(client_id):
        raise BankStillDecides
    if not standing.end_review(user_id=client_id):
        raise IllegalMove("Their money moves already.")
    notices.let_go(client_id, at)
    audit_log.record(
        actor=by, act="account.end_review", about=f"user:{client_id}", at=at, reason=reason
    )

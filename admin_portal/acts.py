"""Acts of staff with a rule of their own on top of the services they call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import accounts, audit_log
from backend.core.errors import Refused
from backend.notifications import services as notifications

log = structlog.get_logger(__name__)


class OwnAccount(Refused):
    """Admins cannot lock themselves out."""

    code, title = "own_account", "You cannot freeze your own account"


@transaction.atomic
def thaw(*, by: User, user_id: UUID, at: datetime, reason: str = "") -> None:
    """Let somebody sign in again, and tell them so.

    :raises NotFound: there is no such user.
    """
    accounts.thaw(user_id=user_id)
    audit_log.record(actor=by, act="account.thaw", about=_person(user_id), at=at, reason=reason)
    notifications.notify(
        user_id=user_id,
        kind="account",
        title="Your account is open again",
        body="You can sign in as before. Thank you for your patience.",
        url="/",
        at=at,
    )


@transaction.atomic
def freeze(*, by: User, user_id: UUID, reason: str, at: datetime) -> None:
    """Freeze somebody else's account.

    :raises OwnAccount: it is one's own.
    :raises NotFound: there is no such user.
    """
    if by.pk == user_id:
        raise OwnAccount
    accounts.freeze(user_id=user_id, at=at, reason=reason)
    audit_log.record(actor=by, act="account.freeze", about=_person(user_id), at=at, reason=reason)
    log.info("account_frozen", user_id=str(user_id), by=str(by.pk), reason=reason)


@transaction.atomic
def invite_again(*, by: User, user_id: UUID, at: datetime) -> None:
    """Mail a reader's invitation once more.

    :raises NotFound: nobody invited this person.
    :raises InvitationAccepted: they have set a password.
    """
    accounts.invite_again(user_id=user_id)
    audit_log.record(actor=by, act="reader.invite_again", about=_person(user_id), at=at)


def _person(user_id: UUID) -> str:
    return f"user:{user_id}"

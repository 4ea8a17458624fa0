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
from live import staff_selectors
from live.services import endings
from readers.services import profiles

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


@transaction.atomic
def end_session(*, by: User, session_id: UUID, reason: str, at: datetime) -> bool:
    """End a running reading; what was used stays charged. False: it was over already.

    :raises NotFound: there is no such reading.
    """
    was_live = staff_selectors.session(session_id).is_live
    endings.admin_end(session_id=session_id, at=at)
    if was_live:
        audit_log.record(
            actor=by, act="session.end", about=f"session:{session_id}", at=at, reason=reason
        )
    return was_live


@transaction.atomic
def set_rates(
    *, by: User, reader_id: UUID, rates: dict[str, int | None], reason: str, at: datetime
) -> None:
    """Set what a reader's minute costs, in cents; None: not offered. Running readings keep theirs.

    :raises NotFound: no such reader. :raises InvalidInput: below the floor or above the most.
    """
    profiles.set_rates(reader_id=reader_id, rates=rates, at=at)
    audit_log.record(
        actor=by,
        act="reader.set_rates",
        about=_person(reader_id),
        at=at,
        reason=reason,
        facts={f"{kind}_cents": cents for kind, cents in rates.items()},
    )


def _person(user_id: UUID) -> str:
    return f"user:{user_id}"

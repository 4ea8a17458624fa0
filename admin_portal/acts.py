"""Acts of staff with a rule of their own on top of the services they call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from backend.accounts.models import User
from backend.accounts.services import accounts
from backend.core.errors import Refused

log = structlog.get_logger(__name__)


class OwnAccount(Refused):
    """Admins cannot lock themselves out."""

    code, title = "own_account", "You cannot freeze your own account"


def freeze(*, by: User, user_id: UUID, reason: str, at: datetime) -> None:
    """Freeze somebody else's account.

    :raises OwnAccount: it is one's own.
    :raises NotFound: there is no such user.
    """
    if by.pk == user_id:
        raise OwnAccount
    accounts.freeze(user_id=user_id, at=at, reason=reason)
    log.info("account_frozen", user_id=str(user_id), by=str(by.pk), reason=reason)

"""Signed out or frozen: the user's sockets close at once, everywhere."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from redis.exceptions import RedisError

from backend.accounts.announcements import AccountFrozen, SessionsRevoked
from backend.core.announcements import on
from backend.realtime import closing, events, rooms, tickets
from backend.realtime.publish import publish

log = structlog.get_logger(__name__)


@on(SessionsRevoked)
def close_sockets(fact: SessionsRevoked) -> None:
    """Close with 4401 and make tickets that wait worthless, once it has committed."""
    _close(fact.user_id)


@on(AccountFrozen)
def close_sockets_of_frozen(fact: AccountFrozen) -> None:
    """The same for a frozen account."""
    _close(fact.user_id)


def _close(user_id: UUID) -> None:
    transaction.on_commit(partial(_revoke, user_id), robust=True)
    publish(events.SocketsClosed(user_id, closing.SIGNED_OUT), to=rooms.doors())


def _revoke(user_id: UUID) -> None:
    try:
        tickets.revoke(user_id)
    except RedisError:
        log.warning("tickets_not_revoked", user_id=str(user_id))

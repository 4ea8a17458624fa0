"""Socket tickets: 30 seconds, single use, bound to one user and one room.

A browser asks for one with its session or token (``POST /api/v1/ws-tickets/``) and opens the
socket with it, so no long-lived secret stands in a URL. Only a hash is stored.

Who may enter a room is the business of the app that owns it, which registers a gate:

    @tickets.gate("sessions")
    def enter_session(user: User, session_id: str | None) -> str:
        '''Return the role, "client" or "reader"; raise NotFound or Forbidden.'''
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson

from backend.core import redis
from backend.core.errors import InvalidInput
from backend.realtime import bus

if TYPE_CHECKING:
    from backend.accounts.models import User

TICKET_SECONDS: Final = 30
_BYTES = 32
_LENGTH_MAX = 100
Gate = Callable[["User", str | None], str]
_gates: dict[str, Gate] = {}


@dataclass(frozen=True)
class Ticket:
    """``room`` is ``me`` or ``sessions/<id>``; ``issued_ms`` is on Redis' clock."""

    user_id: UUID
    room: str
    role: str
    issued_ms: int


def gate(family: str) -> Callable[[Gate], Gate]:
    """Register who may enter the rooms ``family`` and ``family/<id>``."""

    def register(fn: Gate) -> Gate:
        _gates[family] = fn
        return fn

    return register


def role_in(user: User, room: str) -> str:
    """Ask the gate of ``room`` for the user's role there.

    :raises InvalidInput: there are no such rooms.
    :raises NotFound, Forbidden: the gate says so.
    """
    family, _, rest = room.partition("/")
    if family not in _gates:
        raise InvalidInput("There are no such rooms.")
    return _gates[family](user, rest or None)


def issue(user_id: UUID, room: str, role: str) -> str:
    """Make a ticket. Ask the gate first: this does not.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    raw = secrets.token_urlsafe(_BYTES)
    seconds, micros = redis.client().time()
    ticket = Ticket(user_id, room, role, int(seconds) * 1000 + int(micros) // 1000)
    redis.client().set(_key(raw), orjson.dumps(asdict(ticket)), ex=TICKET_SECONDS)
    return raw


async def take(raw: str) -> Ticket | None:
    """Use a ticket up; None when it is unknown, spent or expired.

    :raises Unavailable: Redis is out of reach.
    """
    if not raw or len(raw) > _LENGTH_MAX:
        return None
    stored = await bus.here().ask("GETDEL", _key(raw))
    if stored is None:
        return None
    fields = orjson.loads(stored)
    return Ticket(UUID(fields["user_id"]), fields["room"], fields["role"], int(fields["issued_ms"]))


def revoke(user_id: UUID) -> None:
    """Make every ticket issued to the user until now worthless."""
    redis.client().eval(_REVOKE, 1, revoked_key(user_id), TICKET_SECONDS * 2)


def revoked_key(user_id: UUID) -> str:
    """Where the instant of the last revocation stands, in ms on Redis' clock."""
    return redis.key("revoked", user_id.hex)


_REVOKE = """
local t = redis.call('TIME')
redis.call('SET', KEYS[1], t[1] * 1000 + math.floor(t[2] / 1000), 'EX', ARGV[1])
"""


def _key(raw: str) -> str:
    return redis.key("ticket", hashlib.sha256(raw.encode()).hexdigest())

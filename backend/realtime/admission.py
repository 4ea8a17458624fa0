"""Who may open one more socket, counted across all processes in Redis.

One script decides at connect: not since the user was signed out, not more than
``SOCKETS_OPEN_MAX`` at once, not more than ``RATE_LIMITS["socket-connect"]`` a minute. It also
writes the socket into the room's roster and numbers it by Redis' clock, so that of two devices
the later one has the greater number. Entries of a killed process fade after a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings

from backend.core import redis
from backend.realtime import bus, closing, tickets
from backend.realtime.tickets import Ticket

REFRESH_SECONDS: Final = 20
FADE_MS: Final = 3 * REFRESH_SECONDS * 1000

_ADMIT = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local revoked = tonumber(redis.call('GET', KEYS[1]) or '0')
if revoked > 0 and revoked >= tonumber(ARGV[2]) then return {'revoked'} end
local tries = redis.call('INCR', KEYS[2])
if tries == 1 then redis.call('EXPIRE', KEYS[2], ARGV[5]) end
if tries > tonumber(ARGV[4]) then return {'flood'} end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[6])
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[3]) then return {'flood'} end
redis.call('ZADD', KEYS[3], now, ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[6])
local others = redis.call('ZRANGE', KEYS[4], 0, 99)
redis.call('ZADD', KEYS[4], now, ARGV[1])
redis.call('PEXPIRE', KEYS[4], ARGV[6])
return {'welcome', t[1] * 1000000 + t[2], others}
"""

_REFRESH = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2])
end
"""


@dataclass(frozen=True)
class Admission:
    """``refused`` is a close code, or 0. ``present`` are the roles of the room's other sockets."""

    refused: int
    number: int = 0
    present: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seat:
    """One socket as Redis knows it."""

    user_id: UUID
    room: str
    role: str
    connection: str

    @property
    def member(self) -> str:
        return f"{self.role}:{self.user_id.hex}:{self.connection}"

    @property
    def keys(self) -> tuple[str, str]:
        """The user's open sockets, and the room's roster."""
        return redis.key("open", self.user_id.hex), redis.key("roster", self.room)


async def admit(seat: Seat, ticket: Ticket) -> Admission:
    """Ask for one more socket.

    :raises Unavailable: Redis is out of reach.
    """
    connects, window_seconds = settings.RATE_LIMITS["socket-connect"]
    answer = await bus.here().ask(
        *("EVAL", _ADMIT, 4, tickets.revoked_key(seat.user_id)),
        *(redis.key("connects", seat.user_id.hex), *seat.keys),
        *(seat.member, ticket.issued_ms, settings.SOCKETS_OPEN_MAX),
        *(connects, window_seconds, FADE_MS),
    )
    if answer[0] == b"revoked":
        return Admission(closing.SIGNED_OUT)
    if answer[0] == b"flood":
        return Admission(closing.FLOOD)
    present = frozenset(member.decode().partition(":")[0] for member in answer[2])
    return Admission(0, answer[1], present)


def refresh(seat: Seat) -> None:
    """Say that the socket is still open."""
    bus.here().tell("EVAL", _REFRESH, 2, *seat.keys, seat.member, FADE_MS)


def leave(seat: Seat) -> None:
    """Give the seat back."""
    for key in seat.keys:
        bus.here().tell("ZREM", key, seat.member)


async def present_with(seat: Seat) -> frozenset[str]:
    """Roles of the other sockets in the room now.

    :raises Unavailable: Redis is out of reach.
    """
    members = await bus.here().ask("ZRANGE", seat.keys[1], 0, 99)
    return frozenset(
        member.decode().partition(":")[0] for member in members if member != seat.member.encode()
    )

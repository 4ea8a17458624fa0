"""Proof of connection: when each side of a session was last seen (money.md R5, R11-R13).

Stamps are milliseconds of Redis' own clock, taken inside one Lua script, whichever process
received the beat; tests pass ``at``. A session is one short binary row, so a sweep reads a
thousand of them with one MGET. Losing Redis favours the client: no stamp means not proven.

A *gap* is a silence of one side longer than the tolerance. The row keeps where the first one
began until a settle has consumed it. A beat without a past (the first one, or after a flush)
leaves a gap from the epoch: nothing before it is proven. A side that was *marked down* (its gap
is settled, or the page said that it is leaving) is not fresh until its next beat, whatever its
stamp says.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings

from backend.core import clock, redis
from backend.realtime.parcels import Side
from backend.realtime.scripts import Script

ROW_SECONDS: Final = 6 * 3600
_ROW: Final = struct.Struct(">dddB")
_AT_ONCE: Final = 1_000
_BITS: Final[dict[Side, int]] = {"client": 1, "reader": 2}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# KEYS: row, index. ARGV: side bit, at in ms or '', tolerance in ms, row's life, index member,
# how far the clocks are moved forward in ms.
_BEAT = Script(
    """
local now = tonumber(ARGV[2])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000) + tonumber(ARGV[6])
end
local seen, gap, down = {0, 0}, 0, 0
local row = redis.call('GET', KEYS[1])
if row then seen[1], seen[2], gap, down = struct.unpack('>dddB', row) end
local bit = tonumber(ARGV[1])
local last = seen[bit]
if math.floor(down / bit) % 2 == 1 then down = down - bit end
if gap == 0 and now - last > tonumber(ARGV[3]) then
  gap = math.max(last, 1)
end
if now > last then seen[bit] = now end
redis.call('SET', KEYS[1], struct.pack('>dddB', seen[1], seen[2], gap, down), 'EX', ARGV[4])
redis.call('ZADD', KEYS[2], seen[bit], ARGV[5])
return {seen[1], seen[2], gap, down, now}
"""
)
_MARK_DOWN = Script(
    """
redis.call('ZREM', KEYS[2], ARGV[2])
local row = redis.call('GET', KEYS[1])
if not row then return 0 end
local client, reader, gap, down = struct.unpack('>dddB', row)
local bit = tonumber(ARGV[1])
if math.floor(down / bit) % 2 == 0 then down = down + bit end
redis.call('SET', KEYS[1], struct.pack('>dddB', client, reader, gap, down), 'KEEPTTL')
return 1
"""
)
_CONSUME_GAPS = Script(
    """
for _, key in ipairs(KEYS) do
  local row = redis.call('GET', key)
  if row then
    local client, reader, gap, down = struct.unpack('>dddB', row)
    if gap > 0 then
      redis.call('SET', key, struct.pack('>dddB', client, reader, 0, down), 'KEEPTTL')
    end
  end
end
return 1
"""
)


class Beats(NamedTuple):
    """What is known of a session. Instants are UTC with milliseconds; None: never, or no gap."""

    client_at: datetime | None = None
    reader_at: datetime | None = None
    gap_from: datetime | None = None
    client_down: bool = False
    reader_down: bool = False

    def fresh(self, side: Side, at: datetime) -> bool:
        """Whether ``side`` is proven to be there at ``at``."""
        seen, down = (
            (self.client_at, self.client_down)
            if side == "client"
            else (self.reader_at, self.reader_down)
        )
        return not down and seen is not None and at - seen <= _tolerance()

    def both_fresh(self, at: datetime) -> bool:
        """Whether both sides are proven to be there at ``at``."""
        return self.fresh("client", at) and self.fresh("reader", at)


class Beat(NamedTuple):
    """The answer to one beat, in ms on Redis' clock (or the test's); None: never, or no gap."""

    c_ms: int | None
    r_ms: int | None
    gap_from_ms: int | None
    now_ms: int
    down: int = 0

    def beats(self) -> Beats:
        """The same as instants."""
        return _beats(self.c_ms, self.r_ms, self.gap_from_ms, self.down)

    @property
    def at(self) -> datetime:
        """The instant of this beat."""
        return _EPOCH + timedelta(milliseconds=self.now_ms)


def beat(session_id: UUID, peer: Side, at: datetime | None = None) -> Beat:
    """Stamp one side of a session.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    return _answer(_BEAT.run(*_beat_command(session_id, peer, at)))


async def abeat(session_id: UUID, peer: Side, at: datetime | None = None) -> Beat:
    """Stamp one side of a session, from a socket.

    :raises Unavailable: Redis is out of reach.
    """
    return _answer(await _BEAT.arun(*_beat_command(session_id, peer, at)))


def read(session_ids: Collection[UUID]) -> dict[UUID, Beats]:
    """The beats of many sessions, a thousand in one trip; never seen reads as ``Beats()``.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    ids = list(session_ids)
    found: dict[UUID, Beats] = {}
    prefix, unpack, nothing = redis.key("beats", ""), _ROW.unpack, Beats()
    for start in range(0, len(ids), _AT_ONCE):
        batch = ids[start : start + _AT_ONCE]
        rows: list[Any] = redis.client().mget([prefix + one.hex for one in batch])
        for one, row in zip(batch, rows, strict=True):
            found[one] = _beats(*unpack(row)) if row is not None else nothing
    return found


def stale(now: datetime, limit: int) -> list[UUID]:
    """Sessions with a side that was last seen longer ago than the tolerance, oldest first.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    before = _ms(now) - settings.HEARTBEAT_TOLERANCE_SECONDS * 1000
    members: list[Any] = redis.client().zrangebyscore(
        _index(), "-inf", f"({before}", start=0, num=2 * limit
    )
    return list(dict.fromkeys(UUID(member[:32].decode()) for member in members))[:limit]


def mark_down(session_id: UUID, peer: Side) -> None:
    """Note that one side is gone and its silence settled: not fresh, not stale, until it beats.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    _MARK_DOWN.run(*_down_command(session_id, peer))


async def amark_down(session_id: UUID, peer: Side) -> None:
    """The same from a socket.

    :raises Unavailable: Redis is out of reach.
    """
    await _MARK_DOWN.arun(*_down_command(session_id, peer))


def consume_gap(session_ids: Collection[UUID]) -> None:
    """Forget the gaps of sessions that were settled up to them.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    ids = list(session_ids)
    for start in range(0, len(ids), _AT_ONCE):
        _CONSUME_GAPS.run([_row(one) for one in ids[start : start + _AT_ONCE]])


def clear(session_ids: Collection[UUID]) -> None:
    """Forget sessions that are over.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    ids = list(session_ids)
    for start in range(0, len(ids), _AT_ONCE):
        batch = ids[start : start + _AT_ONCE]
        trip = redis.client().pipeline(transaction=False)
        trip.delete(*[_row(one) for one in batch])
        trip.zrem(_index(), *[_member(one, side) for one in batch for side in _BITS])
        trip.execute()


def _beat_command(
    session_id: UUID, peer: Side, at: datetime | None
) -> tuple[list[str], int, int | str, int, int, str, int]:
    return (
        [_row(session_id), _index()],
        _BITS[peer],
        "" if at is None else _ms(at),
        settings.HEARTBEAT_TOLERANCE_SECONDS * 1000,
        ROW_SECONDS,
        _member(session_id, peer),
        clock.ahead_ms(),
    )


def _down_command(session_id: UUID, peer: Side) -> tuple[list[str], int, str]:
    return [_row(session_id), _index()], _BITS[peer], _member(session_id, peer)


def _answer(reply: list[int]) -> Beat:
    client, reader, gap, down, now = reply
    return Beat(client or None, reader or None, gap or None, now, down)


def _beats(client: float | None, reader: float | None, gap: float | None, down: int) -> Beats:
    return Beats(
        _EPOCH + timedelta(milliseconds=client) if client else None,
        _EPOCH + timedelta(milliseconds=reader) if reader else None,
        _EPOCH + timedelta(milliseconds=gap) if gap else None,
        down & 1 != 0,
        down & 2 != 0,
    )


def _tolerance() -> timedelta:
    return timedelta(seconds=settings.HEARTBEAT_TOLERANCE_SECONDS)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _row(session_id: UUID) -> str:
    return redis.key("beats", session_id.hex)


def _member(session_id: UUID, peer: Side) -> str:
    return f"{session_id.hex}:{peer}"


def _index() -> str:
    return redis.key("beats-seen")

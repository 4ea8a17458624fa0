"""Who sits in many rooms at once, as their sockets' seats say (``admission`` writes them)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from backend.core import redis
from backend.realtime.admission import FADE_MS
from backend.realtime.scripts import Script

_ROOMS_AT_ONCE: Final = 200
# Counted there, so that a room of thousands does not travel.
_COUNT = Script("""
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local found = {}
for _, key in ipairs(KEYS) do
  local users, count, host = {}, 0, 0
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, now - ARGV[1], '+inf')) do
    local role, user = string.match(member, '^(%a+):(%x+):')
    if role == ARGV[2] then
      host = 1
    elseif user and not users[user] then
      users[user] = true
      count = count + 1
    end
  end
  table.insert(found, count)
  table.insert(found, host)
end
return found
""")


class Roster(NamedTuple):
    """``others``: how many people sit here, each once, beside those whose role was named."""

    others: int = 0
    is_there: bool = False


def count(rooms: Sequence[str], role: str) -> dict[str, Roster]:
    """For each room (``streams/<id>``): whether ``role`` is there, and how many others are.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    found = {}
    for start in range(0, len(rooms), _ROOMS_AT_ONCE):
        part = rooms[start : start + _ROOMS_AT_ONCE]
        told = _COUNT.run([redis.key("roster", room) for room in part], FADE_MS, role)
        for room, others, there in zip(part, told[::2], told[1::2], strict=True):
            found[room] = Roster(others, bool(there))
    return found

"""Telling browsers, from anywhere that writes: views, services, jobs.

``publish`` waits for the commit of the current transaction and survives a dead Redis. A lost
event is harmless: every page reads its snapshot again when it reconnects.

    publish(events.SessionState(...), to=rooms.session(id))
    publish(events.BillingTick(...), to=rooms.session(id), only="client")

A sweep that has a thousand things to say uses ``publish_all``: one trip to Redis.
Inside a socket use its own ``say`` and ``tell_peer``; publish blocks on Redis for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import structlog
from django.db import transaction
from redis.exceptions import RedisError

from backend.realtime import parcels, rooms
from backend.realtime.events import Event
from backend.realtime.scripts import Script

log = structlog.get_logger(__name__)
Letter = tuple[str, parcels.Parcel]
_PER_TRIP = 1_000
# One command for the whole trip: packing a thousand of them costs the client ten times as much.
_PUBLISH_ALL = Script("""
for i = 1, #ARGV, 2 do
  redis.call('PUBLISH', ARGV[i], ARGV[i + 1])
end
""")


def publish(event: Event, to: str, only: parcels.Side | None = None) -> None:
    """Tell ``event`` to the sockets in room ``to`` once the transaction has committed.

    ``only`` restricts a session's event to one of its two sides.
    """
    _send_on_commit([(to, parcels.of(event, only))])


def publish_all(letters: Iterable[tuple[Event, str, parcels.Side | None]]) -> None:
    """Tell many events in order: ``(event, room, only)`` each, in one trip to Redis."""
    _send_on_commit([(room, parcels.of(event, only)) for event, room, only in letters])


def _send_on_commit(letters: Sequence[Letter]) -> None:
    if letters:
        transaction.on_commit(partial(_send, letters), robust=True)


def _send(letters: Sequence[Letter]) -> None:
    try:
        for start in range(0, len(letters), _PER_TRIP):
            trip = letters[start : start + _PER_TRIP]
            words = [w for room, parcel in trip for w in (rooms.channel(room), parcel.packed())]
            _PUBLISH_ALL.run([], *words)
    except RedisError:
        log.warning("events_not_published", events=len(letters))

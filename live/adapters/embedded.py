"""Our own engine: ``StreamEngine`` over what its processes post on the board in Redis."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.conf import settings
from redis.exceptions import RedisError

from backend.core import redis
from live import ice
from live.engine import grants, placement
from live.engine.keys import EVERYBODY, ORDERS, PROCESSES, denied_key, process_key, rooms_key
from live.ports import EngineFull, EngineUnreachable, Grant, RoomStats

DENIED_SECONDS: Final = 24 * 3600
FULL_RETRY_SECONDS: Final = 5
_DOORS: Final = {"host": "whip", "viewer": "whep"}


@dataclass(frozen=True)
class _Process:
    """A living engine process, and what it posted of one room (None: it has no such room)."""

    url: str
    is_full: bool
    room: dict[str, Any] | None

    @property
    def is_origin(self) -> bool:
        return bool(self.room and self.room["is_origin"])

    @property
    def takes_viewers(self) -> bool:
        held = self.room["viewers"] if self.room else 0
        return not self.is_full and held < settings.ENGINE_ROOM_VIEWERS_MAX


class EmbeddedEngine:
    """Signs grants itself; everything else is state in Redis."""

    def open(self, *, stream_id: UUID) -> None:
        """See ``StreamEngine``."""
        with _reaching():
            redis.client().delete(redis.key(*denied_key(str(stream_id))))
            _order("open", stream_id)

    def host_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """See ``StreamEngine``."""
        processes = _processes(stream_id)
        # A host that comes back finds its viewers where it left them.
        chosen = next((p for p in processes if p.is_origin), None)
        chosen = chosen or next((p for p in processes if not p.is_full), None)
        return _grant(chosen, "host", stream_id=stream_id, user_id=user_id, at=at)

    def viewer_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """See ``StreamEngine``."""
        processes = _processes(stream_id)
        # The origin first, then its edges in the order of the room.
        chosen = next((p for p in processes if p.takes_viewers), None)
        return _grant(chosen, "viewer", stream_id=stream_id, user_id=user_id, at=at)

    def close(self, *, stream_id: UUID, user_id: UUID | None = None) -> None:
        """See ``StreamEngine``."""
        denied = redis.key(*denied_key(str(stream_id)))
        with _reaching():
            with redis.client().pipeline(transaction=True) as pipe:
                pipe.sadd(denied, EVERYBODY if user_id is None else str(user_id))
                pipe.expire(denied, DENIED_SECONDS)
                pipe.execute()
            _order("end" if user_id is None else "kick", stream_id, user_id)

    def stats(self, *, stream_ids: Sequence[UUID]) -> dict[UUID, RoomStats]:
        """See ``StreamEngine``."""
        if not stream_ids:
            return {}
        streams = [str(stream_id) for stream_id in stream_ids]
        with _reaching():
            living = sorted(_beats())
            with redis.client().pipeline(transaction=False) as pipe:
                for name in living:
                    pipe.hmget(redis.key(*rooms_key(name)), streams)
                posted: list[list[bytes | None]] = pipe.execute()
        found = {}
        for number, stream_id in enumerate(stream_ids):
            rooms = [json.loads(told) for row in posted if (told := row[number]) is not None]
            if rooms:
                found[stream_id] = _summed(rooms)
        return found


def _grant(
    chosen: _Process | None,
    role: Literal["host", "viewer"],
    *,
    stream_id: UUID,
    user_id: UUID,
    at: datetime,
) -> Grant:
    if chosen is None:
        raise EngineFull(
            "This stream has as many viewers as it can hold.", retry_after=FULL_RETRY_SECONDS
        )
    seconds = settings.ENGINE_GRANT_SECONDS
    token = grants.sign(
        key=settings.ENGINE_GRANT_KEY,
        user=str(user_id),
        stream=str(stream_id),
        role=role,
        issued=int(at.timestamp()),
        seconds=seconds,
    )
    return Grant(
        engine="embedded",
        role=role,
        token=token,
        expires_at=at + timedelta(seconds=seconds),
        url=f"{chosen.url}/{_DOORS[role]}/{stream_id}",
        ice_servers=ice.servers(
            stun_urls=settings.STUN_URLS,
            turn_urls=settings.TURN_URLS,
            secret=settings.TURN_SECRET,
            user_id=user_id,
            at=at,
            ttl_seconds=settings.TURN_TTL_SECONDS,
        ),
    )


def _processes(stream_id: UUID) -> list[_Process]:
    """The living processes, the origin of this stream first, then in the order of its room."""
    stream = str(stream_id)
    with _reaching():
        beats = _beats()
        order = placement.ranked(stream, beats)
        with redis.client().pipeline(transaction=False) as pipe:
            for name in order:
                pipe.hget(redis.key(*rooms_key(name)), stream)
            posted: list[bytes | None] = pipe.execute()
    if not order:
        raise EngineUnreachable("No process of the stream engine is running.")
    found = [
        _Process(
            url=beats[name]["url"],
            is_full=beats[name]["full"],
            room=None if told is None else json.loads(told),
        )
        for name, told in zip(order, posted, strict=True)
    ]
    return sorted(found, key=lambda one: not one.is_origin)


def _beats() -> dict[str, dict[str, Any]]:
    """What every living process last posted; the dead are taken off the list."""
    client = redis.client()
    known: set[bytes] = client.smembers(redis.key(*PROCESSES))  # type: ignore[assignment]
    names = sorted(name.decode() for name in known)
    if not names:
        return {}
    posted = client.mget([redis.key(*process_key(name)) for name in names])
    told = dict(zip(names, posted, strict=True))
    dead = [name for name, beat in told.items() if beat is None]
    if dead:
        client.srem(redis.key(*PROCESSES), *dead)
    return {name: json.loads(beat) for name, beat in told.items() if beat is not None}


def _summed(rooms: Iterable[dict[str, Any]]) -> RoomStats:
    """One stream over its processes: viewers of all, the rest from where the host is."""
    rooms = sorted(rooms, key=lambda room: (room["is_origin"], room["host_on_air"]), reverse=True)
    first = rooms[0]
    gone = first["host_gone_since"]
    on_air = first["host_on_air"] and first["is_origin"]
    return RoomStats(
        viewers=sum(room["viewers"] for room in rooms),
        host_on_air=on_air,
        host_gone_since=datetime.fromisoformat(gone) if gone and not on_air else None,
        kbps=first["kbps"],
        loss_pct=first["loss_pct"],
    )


def _order(order: str, stream_id: UUID, user_id: UUID | None = None) -> None:
    """Make haste; the deny list says the same a second later."""
    told = {"order": order, "stream": str(stream_id), "user": user_id and str(user_id)}
    redis.client().publish(redis.key(*ORDERS), json.dumps(told))


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise EngineUnreachable("The stream engine cannot be reached.") from error

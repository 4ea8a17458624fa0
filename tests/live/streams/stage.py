"""A stage for live rooms: a host, viewers, a clock that is passed, an engine that beats.

Everything goes through the product's own services. The engine's process is told of as it tells
of itself: by what it posts in Valkey.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.accounts.models import User
from backend.core import redis
from backend.core.ids import uuid7
from live.engine import keys
from live.models import Stream
from live.streams import selectors
from live.streams.services import details, streams
from readers.models import ReaderProfile
from tests import builders
from tests.live.stage import committed, seconds

PROCESS = "of-the-tests"
ENGINE_URL = "http://engine.test"


def engine_runs(*, full: bool = False) -> None:
    """Post the beat of one engine process."""
    beat = {"id": PROCESS, "url": ENGINE_URL, "viewers": 0, "lag_ms": 0.0, "full": full}
    redis.client().sadd(redis.key(*keys.PROCESSES), PROCESS)
    redis.client().set(redis.key(*keys.process_key(PROCESS)), json.dumps(beat))


def engine_stops() -> None:
    """No process beats any more."""
    redis.client().delete(redis.key(*keys.process_key(PROCESS)))


def engine_room(
    stream_id: UUID, *, viewers: int = 0, on_air: bool = True, gone_since: datetime | None = None
) -> None:
    """Post one room of the process."""
    room = {
        "viewers": viewers,
        "edges": 0,
        "is_origin": True,
        "host_on_air": on_air,
        "host_gone_since": gone_since and gone_since.isoformat(),
        "kbps": 800 if on_air else None,
        "loss_pct": 0.0 if on_air else None,
    }
    name = redis.key(*keys.rooms_key(PROCESS))
    redis.client().hset(name, str(stream_id), json.dumps(room))


def engine_forgets(stream_id: UUID) -> None:
    """The process has no such room any more."""
    redis.client().hdel(redis.key(*keys.rooms_key(PROCESS)), str(stream_id))


def denied(stream_id: UUID) -> set[str]:
    """Whom the engine is told to keep out."""
    found = redis.client().smembers(redis.key(*keys.denied_key(str(stream_id))))
    return {one.decode() for one in found}


def sit(stream_id: UUID, user: User, role: str = "viewer") -> str:
    """Put one socket of ``user`` into a room's roster, as an admission does; its member."""
    member = f"{role}:{user.pk.hex}:{uuid7().hex}"
    at_s, micros = redis.client().time()
    now = int(at_s) * 1000 + int(micros) // 1000
    redis.client().zadd(redis.key("roster", f"streams/{stream_id}"), {member: now})
    return member


def rise(stream_id: UUID, member: str) -> None:
    """Take that socket out of the roster again."""
    redis.client().zrem(redis.key("roster", f"streams/{stream_id}"), member)


class Studio:
    """One reader with a stream, and people who may come in."""

    def __init__(self, at: datetime, **wishes: Any) -> None:
        self.now = at
        engine_runs()
        self.profile: ReaderProfile = builders.a_reader(at=at)
        self.host: User = self.profile.user
        self.stream = self.make(**wishes)
        committed()

    # ── Acts ────────────────────────────────────────────────────────────────────────────────
    def make(self, **wishes: Any) -> Stream:
        """One more stream of the host's."""
        asked = {"title": "Full moon evening", **wishes}
        return details.create(host=self.host, wishes=asked, at=self.now)

    def start(self) -> Stream:
        streams.start(host=self.host, stream_id=self.stream.id, at=self.now)
        committed()
        engine_room(self.stream.id)
        return self.row()

    def end(self) -> Stream:
        streams.end_by(user=self.host, stream_id=self.stream.id, at=self.now)
        committed()
        return self.row()

    def wait(self, count: float) -> None:
        self.now += seconds(count)

    def viewer(self, **more: Any) -> User:
        """A client who may watch."""
        return builders.a_client(at=self.now, **more)

    # ── Facts ───────────────────────────────────────────────────────────────────────────────
    def row(self) -> Stream:
        self.stream = selectors.own(self.host, self.stream.id)
        return self.stream

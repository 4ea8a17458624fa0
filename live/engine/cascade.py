"""A big room over several processes: an edge watches the origin and hands on what it gets."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

import httpx
import structlog

from live.engine import grants
from live.engine.connections import Connection
from live.engine.engine import Engine
from live.engine.rooms import Room

log = structlog.get_logger(__name__)
PULL_GRANT_SECONDS: Final = 30
PULL_TIMEOUT_SECONDS: Final = 5
IDLE_SECONDS_MAX: Final = 10
SILENT_SECONDS_MAX: Final = 3


class Cascade:
    """Gives rooms without a host of their own what another process has."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pulling: set[str] = set()
        self._watched_at: dict[str, float] = {}
        self._pulled_at: dict[str, float] = {}
        engine.feed = self.feed

    async def feed(self, room: Room) -> None:
        """Pull the room's stream from its origin, if there is one and nothing comes in here.

        A pull that is silent while the origin has its host is one from before the origin died.
        """
        if room.is_origin or room.stream in self._pulling:
            return
        pulled = time.monotonic() - self._pulled_at.get(room.stream, float("-inf"))
        if room.publisher is not None and min(room.silent_seconds, pulled) < SILENT_SECONDS_MAX:
            return
        self._pulling.add(room.stream)
        try:
            origin = await self._engine.board.origin_of(room.stream)
            if origin is not None:
                await self._pull(room, origin)
        finally:
            self._pulling.discard(room.stream)

    async def tend(self) -> None:
        """Feed every room that hungers; let go of pulls that nobody watches."""
        now = time.monotonic()
        for room in list(self._engine.rooms.values()):
            if room.watchers:
                self._watched_at[room.stream] = now
                self._engine.start(self.feed(room))
            elif now - self._watched_at.get(room.stream, now) > IDLE_SECONDS_MAX:
                await _let_go_of_pull(room)
        alive = self._engine.rooms
        self._watched_at = {s: at for s, at in self._watched_at.items() if s in alive}
        self._pulled_at = {s: at for s, at in self._pulled_at.items() if s in alive}

    async def _pull(self, room: Room, origin: str) -> None:
        config = self._engine.config
        token = grants.sign(
            key=config.grant_key,
            user=config.process_id,
            stream=room.stream,
            role="edge",
            issued=int(time.time()),
            seconds=PULL_GRANT_SECONDS,
        )

        async def exchange(offer: str) -> str:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
            async with httpx.AsyncClient(timeout=PULL_TIMEOUT_SECONDS, trust_env=False) as http:
                url = f"{origin}/whep/{room.stream}"
                answer = await http.post(url, content=offer, headers=headers)
            answer.raise_for_status()
            return answer.text

        connection = Connection(user=config.process_id, role="edge", on_change=room.changed)
        try:
            await connection.ask(exchange)
        except (httpx.HTTPError, ValueError) as error:
            log.warning("engine_pull_failed", stream=room.stream, error=str(error))
            with suppress(ConnectionError):
                await connection.close()
            return
        if room.is_origin:  # the host came here meanwhile
            await connection.close()
            return
        self._pulled_at[room.stream] = time.monotonic()
        await room.set_publisher(connection)


async def _let_go_of_pull(room: Room) -> None:
    if room.publisher is not None and room.publisher.role == "edge":
        await room.drop(room.publisher)

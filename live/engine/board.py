"""The board in Redis where engine processes and the product read each other's state.

Truth is state, not messages: what is posted is whole each second and expires by itself, deny
lists are read again each second, and an order only makes haste. While Redis is away the engine
forwards on and tries again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import redis.asyncio
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from live.engine.config import Config
from live.engine.keys import ORDERS, PROCESSES, denied_key, process_key, rooms_key

log = structlog.get_logger(__name__)
POST_SECONDS: Final = 1.0
EXPIRY_SECONDS: Final = 5
TIMEOUT_SECONDS: Final = 2
AGAIN_SECONDS: Final = 1.0
_FAILURES: Final = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True)
class Order:
    """``open``, ``kick`` or ``end``; ``user`` for ``kick``."""

    order: str
    stream: str
    user: str | None = None


class Board:
    """This process' view of the board."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._redis: Any = redis.asyncio.Redis.from_url(
            config.redis_url,
            decode_responses=True,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
        self._is_away = False

    async def post(self, beat: dict[str, Any], rooms: dict[str, dict[str, Any]]) -> None:
        """Say that we live, and what our rooms are like."""
        mine, key = self._config.process_id, self._config.key
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(key(*process_key(mine)), json.dumps(beat), ex=EXPIRY_SECONDS)
        pipe.sadd(key(*PROCESSES), mine)
        pipe.delete(key(*rooms_key(mine)))
        if rooms:
            told = {stream: json.dumps(room) for stream, room in rooms.items()}
            pipe.hset(key(*rooms_key(mine)), mapping=told)
            pipe.expire(key(*rooms_key(mine)), EXPIRY_SECONDS)
        await self._tried(pipe.execute())

    async def leave(self) -> None:
        """Take ourselves off the board."""
        mine, key = self._config.process_id, self._config.key
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(key(*process_key(mine)), key(*rooms_key(mine)))
        pipe.srem(key(*PROCESSES), mine)
        await self._tried(pipe.execute())
        await self._tried(self._redis.aclose())

    async def denied(self, streams: Iterable[str]) -> dict[str, set[str]]:
        """The deny lists of these streams; those that could not be read are absent."""
        wanted = list(streams)
        if not wanted:
            return {}
        pipe = self._redis.pipeline(transaction=False)
        for stream in wanted:
            pipe.smembers(self._config.key(*denied_key(stream)))
        found = await self._tried(pipe.execute())
        return dict(zip(wanted, found or [], strict=False))

    async def origin_of(self, stream: str) -> str | None:
        """The address of the process to which the host of ``stream`` publishes, if not ours."""
        key = self._config.key
        names = await self._tried(self._redis.smembers(key(*PROCESSES))) or set()
        others = sorted(names - {self._config.process_id})
        if not others:
            return None
        pipe = self._redis.pipeline(transaction=False)
        for name in others:
            pipe.get(key(*process_key(name)))
            pipe.hget(key(*rooms_key(name)), stream)
        found = await self._tried(pipe.execute()) or []
        for beat, room in zip(found[::2], found[1::2], strict=True):
            if beat and room and json.loads(room)["is_origin"]:
                return str(json.loads(beat)["url"])
        return None

    async def hear(self, obey: Callable[[Order], Awaitable[None]]) -> None:
        """Obey orders until cancelled; after a broken connection, listen again."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(self._config.key(*ORDERS))
                    while True:
                        message = await heard.get_message(timeout=TIMEOUT_SECONDS)
                        if message is not None:
                            await self._obey(message["data"], obey)
            except _FAILURES as error:
                self._went_away(error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _obey(self, text: str, obey: Callable[[Order], Awaitable[None]]) -> None:
        try:
            said = json.loads(text)
            order = Order(said["order"], str(said["stream"]), said.get("user"))
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("engine_order_unreadable")
            return
        await obey(order)

    async def _tried(self, asked: Awaitable[Any]) -> Any:
        """What Redis answers; None while it is away."""
        try:
            answer = await asked
        except _FAILURES as error:
            self._went_away(error)
            return None
        if self._is_away:
            self._is_away = False
            log.info("engine_board_back")
        return answer

    def _went_away(self, error: Exception) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning("engine_board_away", error=str(error))

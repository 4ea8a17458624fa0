"""Redis (or Valkey): the one place that opens connections to it.

What lives there may be lost at any time: beats, presence, tickets, limits. Money and states
live in PostgreSQL.
"""

from __future__ import annotations

import asyncio
from functools import cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
import redis.asyncio.retry
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_TIMEOUT_SECONDS = 5
_CONNECTIONS_MAX = 50
# One more try meets a restarted server; the library's own pauses of seconds would hold up every
# request while Redis is away.
_TRIES_MORE = 1
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis] = WeakKeyDictionary()


@cache
def client() -> redis.Redis:
    """The pooled synchronous client of this process. Answers are bytes."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        max_connections=_CONNECTIONS_MAX,
        health_check_interval=30,
        retry=Retry(NoBackoff(), _TRIES_MORE),
    )


def aclient() -> redis.asyncio.Redis:
    """The asynchronous client of the running event loop. Answers are bytes."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            max_connections=_CONNECTIONS_MAX,
            health_check_interval=30,
            retry=redis.asyncio.retry.Retry(NoBackoff(), _TRIES_MORE),
        )
    return _by_loop[loop]


def key(*parts: object) -> str:
    """A key under our own prefix: ``key("beats", session_id)`` -> ``soulseer:beats:…``."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])

"""A Lua script that both worlds run: jobs over the pooled client, sockets over the bus."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.exceptions import NoScriptError

from backend.core import redis
from backend.realtime import bus, wire


class Script:
    """Loaded on first use, and again after Redis has forgotten it (a flush, a restart)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def run(self, keys: Sequence[str], *args: wire.Arg) -> Any:
        """Run it in this thread.

        :raises redis.exceptions.RedisError: Redis is out of reach.
        """
        try:
            return redis.client().evalsha(self._sha, len(keys), *keys, *args)
        except NoScriptError:
            return redis.client().eval(self._text, len(keys), *keys, *args)

    async def arun(self, keys: Sequence[str], *args: wire.Arg) -> Any:
        """Run it from a socket, without a thread.

        :raises Unavailable: Redis is out of reach.
        """
        try:
            return await bus.here().ask("EVALSHA", self._sha, len(keys), *keys, *args)
        except hiredis.ReplyError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
            return await bus.here().ask("EVAL", self._text, len(keys), *keys, *args)

"""The peer of B7: whatever is posted goes over Redis to every socket, and nothing else happens.

``uvicorn bench.streams.raw:application``, as many processes as ours, under the same server and
socket protocol.
"""

from __future__ import annotations

import asyncio
import os
from functools import cache
from typing import Any

import redis.asyncio

_CHANNEL = "raw"
_sockets: set[Any] = set()
_jobs: set[asyncio.Task[None]] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A websocket stays until it goes; a POST is told to all of them."""
    if scope["type"] == "websocket":
        await _stay(receive, send)
    elif scope["type"] == "http":
        await _tell(receive, send)


async def _stay(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "welcome"})
    if not _jobs:
        _jobs.add(asyncio.ensure_future(_hand_out()))
    _sockets.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        _sockets.discard(send)


async def _tell(receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await _bus().publish(_CHANNEL, body)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def _hand_out() -> None:
    async with _bus().pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(_CHANNEL)
        async for message in heard.listen():
            frame = {"type": "websocket.send", "text": message["data"].decode()}
            for socket in list(_sockets):
                await socket(frame)


@cache
def _bus() -> Any:
    return redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])

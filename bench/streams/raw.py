"""The peer of B7: whatever is posted goes to every socket, and nothing else happens.

``uvicorn bench.streams.raw:application``, under the same server and socket protocol as ours.
"""

from __future__ import annotations

from typing import Any

_sockets: set[Any] = set()


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
    frame = {"type": "websocket.send", "text": body.decode()}
    for socket in list(_sockets):
        await socket(frame)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})

"""The peer of B6: two pages, one RTCPeerConnection each, and the least websocket server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

_HERE = Path(__file__).parent
_PAGE = (_HERE / "bare.html").read_text(), "text/html; charset=utf-8"
_SCRIPT = (_HERE / "bare.js").read_text(), "text/javascript"


@contextmanager
def served(port: int) -> Iterator[str]:
    """The bare page and its relay on ``port``, in a thread; gives the address."""
    loop = asyncio.new_event_loop()
    stop = loop.create_future()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(port, stop),))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set_result, None)
        thread.join()


async def _serve(port: int, stop: asyncio.Future[None]) -> None:
    peers: set[ServerConnection] = set()

    async def relay(socket: ServerConnection) -> None:
        peers.add(socket)
        try:
            async for message in socket:
                for peer in peers - {socket}:
                    await peer.send(message)
        finally:
            peers.discard(socket)

    def page(socket: ServerConnection, request: Request) -> Response | None:
        if request.path.startswith("/socket"):
            return None
        text, kind = _SCRIPT if request.path == "/bare.js" else _PAGE
        answer = socket.respond(HTTPStatus.OK, text)
        del answer.headers["Content-Type"]
        answer.headers["Content-Type"] = kind
        return answer

    async with serve(relay, "127.0.0.1", port, process_request=page):
        await stop

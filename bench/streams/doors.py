"""How one gets into a stream: WHIP and WHEP at our engine, the videoroom plugin at Janus."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import Any, Final, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.streams import peers

_ANSWER_SECONDS_MAX: Final = 20
_KEEPALIVE_SECONDS: Final = 20
_ROOM, _FEED = 1234, 77
Grant = dict[str, str]


class Door(Protocol):
    """Publishing and watching at one server. A grant is {url, token}; Janus needs none."""

    async def publish(self, grant: Grant) -> Any:
        """A connected publisher of the clip."""

    async def watch(self, grant: Grant) -> Any:
        """A connected viewer."""

    async def close(self) -> None:
        """Let go of what signaling needed."""


class Ours:
    """Offers by HTTP."""

    def __init__(self) -> None:
        self._http = httpx.AsyncClient(timeout=_ANSWER_SECONDS_MAX)

    async def publish(self, grant: Grant) -> Any:
        return await peers.publish(lambda offer: self._ask(grant, offer))

    async def watch(self, grant: Grant) -> Any:
        return await peers.offering(lambda offer: self._ask(grant, offer))

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, grant: Grant, offer: str) -> str:
        headers = {"Authorization": f"Bearer {grant['token']}", "Content-Type": "application/sdp"}
        answer = await self._http.post(grant["url"], content=offer, headers=headers)
        answer.raise_for_status()
        return answer.text


class Janus:
    """One websocket, one session, a handle for each peer."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: ClientConnection | None = None
        self._numbers = count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._jobs: list[asyncio.Task[None]] = []
        self._session: dict[str, int] = {}
        self._calling = asyncio.Lock()

    async def publish(self, grant: Grant) -> Any:
        handle = await self._attach()
        room = {"room": _ROOM, "publishers": 1, "videocodec": "vp8", "audiocodec": "opus"}
        await self._ask(self._message(handle, {"request": "create", "bitrate": 0, **room}))
        join = {"request": "join", "room": _ROOM, "ptype": "publisher", "id": _FEED}
        await self._ask(self._message(handle, join))

        async def exchange(offer: str) -> str:
            body = self._message(handle, {"request": "publish"}, sdp=offer, kind="offer")
            return str((await self._ask(body))["jsep"]["sdp"])

        return await peers.publish(exchange)

    async def watch(self, grant: Grant) -> Any:
        handle = await self._attach()
        join = {"request": "join", "room": _ROOM, "ptype": "subscriber"}
        wanted = {"streams": [{"feed": _FEED}]}
        offered = await self._ask(self._message(handle, join | wanted))

        async def exchange(answer: str) -> str:
            start = self._message(handle, {"request": "start"}, sdp=answer, kind="answer")
            await self._ask(start)
            return ""

        return await peers.answering(offered["jsep"]["sdp"], exchange)

    async def close(self) -> None:
        for job in self._jobs:
            job.cancel()
        if self._socket:
            await self._socket.close()

    async def _attach(self) -> int:
        async with self._calling:
            if self._socket is None:
                await self._call()
        attach = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        return int((await self._ask(attach))["data"]["id"])

    async def _call(self) -> None:
        self._socket = await connect(
            self._url, subprotocols=[Subprotocol("janus-protocol")], proxy=None, max_size=1 << 20
        )
        self._jobs.append(asyncio.ensure_future(self._listen(self._socket)))
        self._session = {"session_id": (await self._ask({"janus": "create"}))["data"]["id"]}
        self._jobs.append(asyncio.ensure_future(self._keep_alive()))

    def _message(
        self, handle: int, body: dict[str, Any], *, sdp: str = "", kind: str = ""
    ) -> dict[str, Any]:
        jsep = {"jsep": {"type": kind, "sdp": sdp}} if sdp else {}
        return {"janus": "message", "handle_id": handle, "body": body, **jsep}

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send, and wait for what is more than an acknowledgement."""
        name = str(next(self._numbers))
        self._waiting[name] = asyncio.get_running_loop().create_future()
        await self._send({"transaction": name, **self._session, **message})
        answer = await asyncio.wait_for(self._waiting[name], _ANSWER_SECONDS_MAX)
        said = answer.get("plugindata", {}).get("data", {})
        if answer["janus"] == "error" or "error" in said:
            raise SystemExit(f"Janus refused: {answer}")
        return answer

    async def _send(self, message: dict[str, Any]) -> None:
        if self._socket is None:
            raise SystemExit("Janus was not called yet.")
        await self._socket.send(json.dumps(message))

    async def _listen(self, socket: ClientConnection) -> None:
        async for raw in socket:
            heard = json.loads(raw)
            waiting = self._waiting.get(heard.get("transaction", ""))
            if waiting and not waiting.done() and heard["janus"] != "ack":
                waiting.set_result(heard)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(_KEEPALIVE_SECONDS)
            await self._send({"janus": "keepalive", "transaction": "alive", **self._session})

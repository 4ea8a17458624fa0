"""Hosts and viewers without a browser: aiortc on both ends of the wire."""

from __future__ import annotations

import asyncio
import fractions
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import av
import httpx
import numpy as np
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from live.engine import grants
from live.engine.connections import prefer
from tests.live.engine.process import EngineProcess

FRAMES_PER_SECOND = 15
WAIT_SECONDS = 10.0
SDP = {"Content-Type": "application/sdp"}


class Picture(MediaStreamTrack):
    """A small picture whose brightness says which host it is."""

    kind = "video"

    def __init__(self, brightness: int = 120) -> None:
        super().__init__()
        self._count = 0
        pixels = np.full((90, 160, 3), brightness, dtype=np.uint8)
        self._frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")

    async def recv(self) -> Any:
        await asyncio.sleep(1 / FRAMES_PER_SECOND)
        self._count += 1
        self._frame.pts, self._frame.time_base = self._count, fractions.Fraction(1, 15)
        return self._frame


@dataclass
class Peer:
    """One connection to the engine and what it has decoded."""

    connection: RTCPeerConnection
    location: str = ""
    status: int = 0
    frames: dict[str, int] = field(default_factory=lambda: {"audio": 0, "video": 0})
    brightness: float = 0.0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def offer(self) -> str:
        """An offer whose candidates are all in it."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def post(self, url: str, token: str) -> httpx.Response:
        """WHIP or WHEP; the answer is taken when there is one."""
        answer = await post(url, token, await self.offer())
        self.status = answer.status_code
        if answer.status_code == 201:
            self.location = answer.headers["location"]
            description = RTCSessionDescription(answer.text, "answer")
            await self.connection.setRemoteDescription(description)
        return answer

    def watch(self, track: Any) -> None:
        """Count what is decoded."""
        self.tasks.append(asyncio.ensure_future(self._decode(track)))

    async def _decode(self, track: Any) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.frames[track.kind] += 1
            if track.kind == "video":
                self.brightness = float(frame.to_ndarray(format="gray").mean())

    async def sees(self, more: int = 3) -> None:
        """Wait for further frames of the picture."""
        due = self.frames["video"] + more
        await until(lambda: self.frames["video"] >= due)

    async def close(self) -> None:
        """Close the tab."""
        for task in self.tasks:
            task.cancel()
        await self.connection.close()


@dataclass
class Peers:
    """Makes peers and closes them all."""

    made: list[Peer] = field(default_factory=list)

    async def host(
        self, engine: EngineProcess, stream: str, user: str = "host", brightness: int = 120
    ) -> Peer:
        """Somebody who publishes sound and picture."""
        peer = self._peer()
        peer.connection.addTrack(AudioStreamTrack())
        peer.connection.addTrack(Picture(brightness))
        for transceiver in peer.connection.getTransceivers():
            prefer(transceiver, retransmissions=True)
        await peer.post(f"{engine.url}/whip/{stream}", engine.grant(stream, "host", user))
        return peer

    async def viewer(
        self, engine: EngineProcess, stream: str, user: str = "", role: grants.Role = "viewer"
    ) -> Peer:
        """Somebody who watches."""
        peer = self.receiver()
        await peer.post(f"{engine.url}/whep/{stream}", engine.grant(stream, role, user))
        return peer

    def receiver(self) -> Peer:
        """A peer that is ready to offer to watch."""
        peer = self._peer()
        peer.connection.on("track", peer.watch)
        for kind in ("audio", "video"):
            prefer(peer.connection.addTransceiver(kind, "recvonly"), retransmissions=False)
        return peer

    async def leave(self) -> None:
        """Close every tab."""
        await asyncio.gather(*(peer.close() for peer in self.made))

    def _peer(self) -> Peer:
        peer = Peer(RTCPeerConnection(RTCConfiguration(iceServers=[])))
        self.made.append(peer)
        return peer


async def post(url: str, token: str, sdp: str, **headers: str) -> httpx.Response:
    """One WHIP or WHEP request."""
    sent = {**SDP, "Authorization": f"Bearer {token}", **headers}
    return await ask("POST", url, content=sdp, headers=sent)


async def ask(method: str, url: str, **sent: Any) -> httpx.Response:
    """One HTTP request."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        return await http.request(method, url, **sent)


async def until(holds: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Wait until something holds."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    while not holds():
        assert loop.time() < due, "it did not come true in time"
        await asyncio.sleep(0.02)

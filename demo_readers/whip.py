"""One picture and one sound to the engine of live streams, over WHIP (RFC 9725)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

import httpx
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from demo_readers import loopback

loopback.offer_it()
_TIMEOUT_SECONDS = 10.0
_WANTED = {"video/VP8", "video/rtx", "audio/opus"}


class Publication:
    """One publishing connection, from the offer to its end. Not for using twice."""

    def __init__(self, tracks: Sequence[MediaStreamTrack], servers: Sequence[Any] = ()) -> None:
        ice = [RTCIceServer(**server) for server in servers]
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=ice))
        self._gone = asyncio.Event()
        self._location = ""
        self._bytes_sent = self._asked_at = 0.0
        self._peer.on("connectionstatechange", self._look)
        for track in tracks:
            transceiver = self._peer.addTransceiver(track, direction="sendonly")
            codecs = RTCRtpSender.getCapabilities(track.kind).codecs
            transceiver.setCodecPreferences([c for c in codecs if c.mimeType in _WANTED])

    async def begin(self, url: str, token: str) -> None:
        """Offer to ``url`` with a host's grant and take the answer.

        :raises httpx.HTTPError: the engine refused, or is not there.
        """
        await self._peer.setLocalDescription(await self._peer.createOffer())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
        offer = self._peer.localDescription.sdp
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as http:
            answer = await http.post(url, content=offer, headers=headers)
        answer.raise_for_status()
        self._location = urljoin(url, answer.headers["Location"])
        await self._peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))

    async def last(self) -> None:
        """Until the connection is gone for good."""
        await self._gone.wait()

    async def health(self) -> dict[str, float]:
        """What a host's heartbeat says: ``kbps`` since the last call, and ``loss_pct``."""
        stats = (await self._peer.getStats()).values()
        sent = float(sum(s.bytesSent for s in stats if s.type == "outbound-rtp"))
        lost = [s.fractionLost for s in stats if s.type == "remote-inbound-rtp"]
        now = asyncio.get_running_loop().time()
        passed = now - self._asked_at if self._asked_at else 0.0
        kbps = 8 * (sent - self._bytes_sent) / passed / 1000 if passed else 0.0
        self._bytes_sent, self._asked_at = sent, now
        return {"kbps": round(kbps), "loss_pct": round(100 * max(lost, default=0.0) / 256, 1)}

    async def close(self) -> None:
        """Hang up, and tell the engine when it is there to be told."""
        self._gone.set()
        await self._peer.close()
        if self._location:
            with suppress(httpx.HTTPError):
                async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as http:
                    await http.delete(self._location)

    def _look(self) -> None:
        if self._peer.connectionState in {"failed", "closed"}:
            self._gone.set()

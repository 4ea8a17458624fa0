"""One peer of a room: a host, a viewer, an edge, or (in an edge) the pull from the origin."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)

from live.engine import offers
from live.engine.errors import BadOffer
from live.engine.grants import Role
from live.engine.offers import Offer

log = structlog.get_logger(__name__)
CONNECT_SECONDS_MAX: Final = 15
CLOSE_SECONDS_MAX: Final = 5
_GONE: Final = ("failed", "closed")
Listener = Callable[["Connection"], Awaitable[None]]


class _Silence(MediaStreamTrack):
    """Keeps a sender negotiated; what is sent does not come from here."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def recv(self) -> Any:
        return await asyncio.get_running_loop().create_future()


class Connection:
    """One WebRTC connection, known by a random ``resource`` that whoever opened it may end."""

    def __init__(self, *, user: str, role: Role, on_change: Listener) -> None:
        self.user, self.role = user, role
        self.resource = secrets.token_urlsafe(24)
        self.is_closed = False
        # Without an explicit list the library asks a public STUN server.
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._on_change = on_change
        self._closing: asyncio.Future[None] | None = None
        self.peer.on("connectionstatechange", self._changed)
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(CONNECT_SECONDS_MAX, self._give_up)

    @property
    def is_connected(self) -> bool:
        """Whether media can flow now."""
        return bool(self.peer.connectionState == "connected") and not self.is_closed

    @property
    def transceivers(self) -> list[RTCRtpTransceiver]:
        """Sound and picture, as negotiated."""
        found: list[RTCRtpTransceiver] = self.peer.getTransceivers()
        return found

    async def answer(self, offer: Offer, *, sends: bool) -> str:
        """Take an offer; our SDP answer. ``sends``: media goes from us to the peer.

        :raises BadOffer: the library does not like it.
        """
        direction = "sendonly" if sends else "recvonly"
        for kind in offer.kinds:
            added = self.peer.addTransceiver(_Silence(kind) if sends else kind, direction)
            # To viewers, retransmissions go in the stream itself, as the ring has them.
            prefer(added, retransmissions=not sends)
        try:
            await self.peer.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await self.peer.setLocalDescription(await self.peer.createAnswer())
        except Exception as error:  # whatever a foreign library raises on this
            await self.close()
            raise BadOffer("This offer cannot be answered.") from error
        return str(self.peer.localDescription.sdp)

    async def ask(self, exchange: Callable[[str], Awaitable[str]]) -> None:
        """Offer to receive sound and picture; ``exchange`` carries our offer to the answer."""
        for kind in ("audio", "video"):
            prefer(self.peer.addTransceiver(kind, "recvonly"), retransmissions=True)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = await exchange(str(self.peer.localDescription.sdp))
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        """End it. Calling again changes nothing."""
        if self.is_closed:
            return
        self.is_closed = True
        self._patience.cancel()
        try:
            await asyncio.wait_for(self.peer.close(), CLOSE_SECONDS_MAX)
        except Exception as error:  # noqa: BLE001  (half of it may never have been opened)
            log.warning("engine_close_failed", error=repr(error))

    async def _changed(self) -> None:
        if self.peer.connectionState == "connected":
            self._patience.cancel()
        if not self.is_closed and self.peer.connectionState in ("connected", *_GONE):
            await self._on_change(self)

    def _give_up(self) -> None:
        if not self.is_connected and not self.is_closed:
            self._closing = asyncio.ensure_future(self._never_connected())

    async def _never_connected(self) -> None:
        await self.close()
        await self._on_change(self)


def prefer(transceiver: RTCRtpTransceiver, *, retransmissions: bool) -> None:
    """VP8 and Opus only, with or without a stream for retransmissions."""
    known = RTCRtpSender.getCapabilities(transceiver.kind).codecs
    wanted = {offers.CODECS[transceiver.kind], f"{transceiver.kind}/rtx"}
    if not retransmissions:
        wanted.discard(f"{transceiver.kind}/rtx")
    transceiver.setCodecPreferences([c for c in known if c.mimeType.lower() in wanted])

"""The ends of a stream: one publisher, light viewers that count, one viewer that decodes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from bench.streams.clip import Replay
from bench.streams.drain import Counted, Drain

_EMPTY_SECONDS: Final = 0.008
_CONNECT_SECONDS_MAX: Final = 20
_KINDS: Final = ("audio", "video")
_CODECS: Final = {"audio/opus", "video/VP8"}
Exchange = Callable[[str], Awaitable[str]]


def stay_on(address: str) -> None:
    """From now on use this address alone: each more is a socket and a pair more to check."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [address]


def _peer() -> Any:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def publish(exchange: Exchange) -> Any:
    """Send the clip; ``exchange`` carries the offer to the answer. Gives the connection."""
    peer = _peer()
    for kind in _KINDS:
        track = Replay(kind)
        transceiver = peer.addTransceiver(track, "sendonly")
        codecs = RTCRtpSender.getCapabilities(kind).codecs
        transceiver.setCodecPreferences([c for c in codecs if c.mimeType in _CODECS])
        transceiver.sender._send_keyframe = track.restart
    await peer.setLocalDescription(await peer.createOffer())
    answer = await exchange(peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await _connected(peer)
    return peer


async def offering(exchange: Exchange) -> Any:
    """A viewer that offers (WHEP); connected."""
    peer = _peer()
    for kind in _KINDS:
        codecs = RTCRtpSender.getCapabilities(kind).codecs
        transceiver = peer.addTransceiver(kind, "recvonly")
        transceiver.setCodecPreferences([c for c in codecs if c.mimeType in _CODECS])
    await peer.setLocalDescription(await peer.createOffer())
    answer = await exchange(peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await _connected(peer)
    return peer


async def answering(offer: str, exchange: Exchange) -> Any:
    """A viewer that is offered to (Janus); connected. ``exchange`` carries its answer away."""
    peer = _peer()
    await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    await exchange(peer.localDescription.sdp)
    await _connected(peer)
    return peer


class Counters:
    """Connected viewers whose RTP is counted before anybody decrypts it."""

    def __init__(self, places: int) -> None:
        self._drain = Drain(places)
        self._protocols: list[tuple[Any, Any]] = []
        self._emptying = asyncio.ensure_future(self._empty())
        self.longest_pause = 0.0

    def add(self, peer: Any) -> None:
        """Take this viewer's socket away from asyncio; what is not RTP goes on to its library."""
        dtls = peer.getTransceivers()[0].receiver.transport
        pair = dtls.transport._connection._nominated[1]
        socket = pair.protocol.transport.get_extra_info("socket").fileno()
        asyncio.get_running_loop()._remove_reader(socket)  # type: ignore[attr-defined]
        self._protocols.append((pair.protocol, pair.remote_addr))
        self._drain.add(socket)

    def counted(self) -> Counted:
        """Everything so far."""
        return self._drain.counted()

    def stop(self) -> None:
        """Leave the sockets alone from now on."""
        self._emptying.cancel()

    async def _empty(self) -> None:
        last = time.monotonic()
        while True:
            for index, datagram in self._drain.empty():
                protocol, address = self._protocols[index]
                protocol.datagram_received(datagram, address)
            await asyncio.sleep(_EMPTY_SECONDS)
            now = time.monotonic()
            self.longest_pause, last = max(self.longest_pause, now - last), now


class Decoder:
    """One viewer that really decodes the picture."""

    def __init__(self, peer: Any) -> None:
        self.frames = 0
        receivers = {t.kind: t.receiver for t in peer.getTransceivers()}
        self._looking = [
            asyncio.ensure_future(self._look(receivers["video"].track, counts=True)),
            asyncio.ensure_future(self._look(receivers["audio"].track, counts=False)),
        ]

    async def _look(self, track: Any, *, counts: bool) -> None:
        while True:
            await track.recv()
            self.frames += counts


async def _connected(peer: Any) -> None:
    deadline = time.monotonic() + _CONNECT_SECONDS_MAX
    while peer.connectionState != "connected":
        if time.monotonic() > deadline or peer.connectionState in {"failed", "closed"}:
            raise SystemExit(f"A viewer did not connect: {peer.connectionState}")
        await asyncio.sleep(0.005)

"""The reader's end of a call: answers offers, sends sound and picture, knows when media flows."""

from __future__ import annotations

from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaBlackhole
from aiortc.sdp import candidate_from_sdp

from demo_readers import loopback
from demo_readers.media import Sky, Voice, voice_samples

loopback.offer_it()


class Call:
    """One peer connection, made anew for each offer that carries new transport credentials."""

    def __init__(self, name: str, *, video: bool, ice_servers: list[dict[str, object]]) -> None:
        self._name, self._video = name, video
        self._servers = [RTCIceServer(**server) for server in ice_servers]  # type: ignore[arg-type]
        self._peer: RTCPeerConnection | None = None
        self._sink = MediaBlackhole()
        self._received = 0

    async def answer(self, sdp: str) -> str:
        """Take an offer, give the answer's SDP (all candidates inside).

        :raises ValueError: the offer is not SDP that we can read.
        """
        await self.close()
        peer = self._peer = RTCPeerConnection(RTCConfiguration(iceServers=self._servers))
        self._sink = MediaBlackhole()
        peer.on("track", self._sink.addTrack)
        await peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in peer.getTransceivers():
            if transceiver.kind == "audio":
                peer.addTrack(Voice(voice_samples(f"Hello, I am {self._name}, a demo reader.")))
            elif self._video:
                peer.addTrack(Sky(self._name))
        await peer.setLocalDescription(await peer.createAnswer())
        await self._sink.start()
        return peer.localDescription.sdp

    async def add_candidate(self, candidate: dict[str, object] | None) -> None:
        """Take a candidate of the client's; late or unreadable ones are dropped."""
        line = str((candidate or {}).get("candidate") or "")
        if not line or self._peer is None or self._peer.connectionState == "closed":
            return
        try:
            found = candidate_from_sdp(line.removeprefix("candidate:"))
        except (ValueError, AssertionError, IndexError):
            return
        found.sdpMid = str(candidate.get("sdpMid"))  # type: ignore[union-attr]
        found.sdpMLineIndex = int(str(candidate.get("sdpMLineIndex") or 0))  # type: ignore[union-attr]
        await self._peer.addIceCandidate(found)

    async def is_up(self) -> bool:
        """Whether media flows: connected, and packets rise where the client sends any.

        A client without camera or microphone sends none; then the connection's own consent
        checks, which close it within 30 s, are the proof.
        """
        peer = self._peer
        if peer is None or peer.connectionState != "connected":
            return False
        if not any(t.currentDirection in ("sendrecv", "recvonly") for t in peer.getTransceivers()):
            return True
        stats = await peer.getStats()
        received = sum(s.packetsReceived for s in stats.values() if s.type == "inbound-rtp")
        rising, self._received = received > self._received, received
        return rising

    async def close(self) -> None:
        """Hang up."""
        self._received = 0
        peer, self._peer = self._peer, None
        if peer is not None:
            await self._sink.stop()
            await peer.close()

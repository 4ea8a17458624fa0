"""The private names of the pinned libraries are there and do what the engine needs of them.

One host and two viewers in this very process; when a library changes, this fails first.
"""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aioice import ice, stun
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.rtp import RtcpSrPacket

from live.engine import internals
from live.engine.connections import Connection, prefer
from live.engine.hubs import KINDS
from live.engine.offers import Offer
from tests.live.engine.peers import Peers, Picture, until


async def _nothing(_: Any) -> None:
    return


async def _connected(
    offerer: RTCPeerConnection, *, sends: bool, tapped: list[Any] | None = None
) -> Connection:
    """Our end of a connection that ``offerer`` opens."""
    ours = Connection(user="somebody", role="viewer" if sends else "host", on_change=_nothing)
    await offerer.setLocalDescription(await offerer.createOffer())
    kinds = tuple(t.kind for t in offerer.getTransceivers())
    answer = await ours.answer(Offer(offerer.localDescription.sdp, kinds), sends=sends)
    for transceiver in ours.transceivers:
        if tapped is not None:
            internals.tap(transceiver, on_packet=tapped.append, on_report=tapped.append)
    await offerer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    return ours


async def test_packets_come_in_undecoded_and_reports_with_them(peers: Peers) -> None:
    seen: list[Any] = []
    offerer = peers.receiver().connection
    host = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    host.addTrack(Picture())
    prefer(host.getTransceivers()[0], retransmissions=True)
    ours = await _connected(host, sends=False, tapped=seen)

    await until(lambda: any(isinstance(packet, RtcpSrPacket) for packet in seen))
    media = [packet for packet in seen if not isinstance(packet, RtcpSrPacket)]
    receiver = ours.transceivers[0].receiver

    assert media
    assert receiver._RTCRtpReceiver__decoder_thread is None
    assert receiver._RTCRtpReceiver__remote_bitrate_estimator is None
    assert media[0].payload
    assert media[0].marker in (0, 1)
    await internals.ask_keyframe(receiver, media[0].ssrc)
    await internals.allow_bitrate(receiver, media[0].ssrc, 300_000)
    encoder = host.getSenders()[0]
    await until(lambda: _target_of(encoder) == 300_000)
    await asyncio.gather(host.close(), ours.close(), offerer.close())


async def test_two_viewers_have_a_way_each(peers: Peers) -> None:
    ours = []
    for _ in range(2):
        viewer = peers.receiver().connection
        ours.append(await _connected(viewer, sends=True))
    await until(lambda: all(connection.is_connected for connection in ours))

    ways = []
    for connection in ours:
        for transceiver in connection.transceivers:
            way = internals.way_to(transceiver.sender)
            assert way is not None
            assert internals.raw_session(way)
            assert hasattr(way.socket, "sendto")
            assert way.address[0] == "127.0.0.1"
            assert internals.ssrc_of(transceiver.sender) > 0
            assert 96 <= internals.payload_type_of(transceiver) < 128
            ways.append(way.address)
    assert len(set(ways)) == 2
    await asyncio.gather(*(connection.close() for connection in ours))
    assert all(internals.way_to(c.transceivers[0].sender) is None for c in ours)


async def test_feedback_and_reports_of_a_viewer_come_to_us(peers: Peers) -> None:
    heard: list[Any] = []
    written: list[Any] = []

    async def hear(packet: Any) -> None:
        heard.append(packet)

    async def write(packets: list[Any]) -> None:
        written.extend(packets)

    viewer = peers.receiver().connection
    ours = await _connected(viewer, sends=True)
    sender = next(t.sender for t in ours.transceivers if t.kind == "video")
    internals.take_over(sender, on_feedback=hear, send_reports=write)
    await until(lambda: ours.is_connected)
    receiver = next(t.receiver for t in viewer.getTransceivers() if t.kind == "video")
    await until(lambda: _has_started(receiver))

    await internals.ask_keyframe(receiver, internals.ssrc_of(sender))

    await until(lambda: heard)
    await until(lambda: any(isinstance(packet, RtcpSrPacket) for packet in written))
    await ours.close()


def test_libsrtp_encrypts_in_the_one_buffer() -> None:
    internals.srtp_view[0:4] = b"\x80\x60\x00\x01"
    internals.srtp_length[0] = 4

    assert bytes(internals.srtp_view[0:4]) == b"\x80\x60\x00\x01"
    assert internals.srtp_length[0] == 4
    assert len(internals.srtp_view) >= 1_600 + 148  # the longest packet and SRTP's trailer


def test_addresses_and_patience_are_ours() -> None:
    internals.prepare(["127.0.0.1"])

    assert ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == ["127.0.0.1"]
    assert ice.Connection.query_consent is internals._query_consent
    assert set(KINDS) == {"audio", "video"}


async def test_what_waits_behind_a_packet_of_a_host_s_is_taken_in_the_same_turn() -> None:
    internals.prepare(["127.0.0.1"])
    taken: list[bytes] = []
    host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    host.bind(("127.0.0.1", 0))
    receiver = SimpleNamespace(
        _check_list=[SimpleNamespace(remote_addr=host.getsockname())],
        data_received=lambda data, _: taken.append(data),
        protocol_lost=lambda _: None,
    )
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: ice.StunProtocol(cast(Any, receiver)), local_addr=("127.0.0.1", 0)
    )
    protocol.local_candidate = cast(Any, SimpleNamespace(component=1))
    sent = [bytes([0x80, 96, 0, number]) + b"media" for number in range(40)]
    for packet in sent:
        host.sendto(packet, transport.get_extra_info("sockname"))

    for _ in range(4):
        await asyncio.sleep(0)

    assert taken == sent
    transport.close()
    host.close()


@pytest.mark.parametrize(
    ("answers", "sends", "seconds"),
    [(False, False, 8), (False, True, 32)],
    ids=["who is silent is gone in seconds", "who only does not answer keeps half a minute"],
)
async def test_a_connection_ends_when_nothing_comes_from_the_other_side(
    monkeypatch: pytest.MonkeyPatch, *, answers: bool, sends: bool, seconds: float
) -> None:
    other = _Other(monkeypatch, answers=answers, sends=sends)

    await asyncio.wait_for(internals._query_consent(other), 10)

    assert other.closed_at == pytest.approx(seconds)


async def test_who_answers_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    other = _Other(monkeypatch, answers=True, sends=False)
    asking = asyncio.ensure_future(internals._query_consent(other))
    await until(lambda: other.now > 3_600)

    assert other.closed_at is None
    asking.cancel()


class _Other:
    """A connection whose other side answers or sends, or not. Each question takes two seconds."""

    remote_password = "secret"
    _query_consent_task: Any = None

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, answers: bool, sends: bool) -> None:
        self._answers, self._sends = answers, sends
        self.now, self.closed_at = 0.0, cast(float | None, None)
        pair = SimpleNamespace(protocol=self, remote_addr=("127.0.0.1", 9))
        self._nominated = {1: pair}
        self.heard_at = 0.0
        monkeypatch.setattr(internals, "CONSENT_SECONDS", 0.0)
        monkeypatch.setattr(internals, "time", SimpleNamespace(monotonic=lambda: self.now))

    def build_request(self, pair: Any, *, nominate: bool) -> None:
        assert not nominate

    async def request(self, *_: Any, **__: Any) -> None:
        self.now += 2
        if self._sends:
            self.heard_at = self.now
        if not self._answers:
            raise stun.TransactionTimeout

    async def close(self) -> None:
        self.closed_at = self.now


def _target_of(sender: Any) -> int | None:
    encoder = sender._RTCRtpSender__encoder
    return None if encoder is None else int(encoder.target_bitrate)


def _has_started(receiver: RTCRtpReceiver) -> bool:
    return bool(receiver._RTCRtpReceiver__started)

"""Every private name of aiortc, aioice, pylibsrtp and asyncio that the engine leans on.

Nothing else in ``live.engine`` touches one; what has them is ``Any`` to a type checker. The
libraries are pinned, and ``tests/live/engine/test_internals.py`` holds each name against them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aioice import ice, stun
from aiortc.codecs import is_rtx
from aiortc.rtp import RTCP_PSFB_APP, RtcpPsfbPacket, RtcpSrPacket, pack_remb_fci, unwrap_rtx
from pylibsrtp import ffi, lib  # type: ignore[attr-defined]

CONSENT_SECONDS: Final = 2.0
# A closed tab is noticed in seconds; the library would wait for half a minute.
SILENT_SECONDS_MAX: Final = 6.0
UNANSWERED_SECONDS_MAX: Final = 30.0  # RFC 7675, section 5.1
DATAGRAM_BYTES_MAX: Final = 1_500
# A host who floods still leaves a turn to everybody else.
DATAGRAMS_A_TURN_MAX: Final = 16
_STUN_FIRST_BYTE_MAX: Final = 3
_RTP_FIRST_BYTES: Final = range(128, 192)
_RTCP_SECOND_BYTES: Final = range(192, 224)  # RFC 5761
_library_takes_datagram = ice.StunProtocol.datagram_received
_RTP_COMPONENT: Final = 1
_RTX_HEADER_BYTES: Final = 2
Taker = Callable[[Any], None]


# libsrtp encrypts in place. One buffer serves all: the loop is single-threaded.
srtp_buffer: Any = ffi.new("char[]", 2_048)
srtp_view: Any = ffi.buffer(srtp_buffer)
srtp_length: Any = ffi.new("int *")
srtp_protect: Any = lib.srtp_protect


def prepare(bind_addresses: Sequence[str]) -> None:
    """Set up the libraries for this process. ``bind_addresses`` empty: all but loopback."""
    ice.Connection.query_consent = _query_consent  # type: ignore[assignment, method-assign]
    if bind_addresses:
        # The only way to choose an address, and to use loopback at all.
        ice.get_host_addresses = lambda use_ipv4, use_ipv6: list(bind_addresses)
    ice.StunProtocol.datagram_received = _take_datagram  # type: ignore[assignment, method-assign]
    for noisy in ("aioice", "aiortc"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _take_datagram(
    protocol: ice.StunProtocol, datagram: bytes | str, source: tuple[Any, ...]
) -> None:
    """Take this one and, behind a packet of a host's, all that waits in the same socket.

    asyncio reads one datagram of a socket in each turn of its loop. When turns grow long, a
    stream would pile up in the kernel until the answers to our consent checks, behind it, are
    late or dropped, and a host who is there is taken for gone.
    """
    _let_in(protocol, datagram, source)
    if not isinstance(datagram, bytes) or not _is_media(datagram):
        return
    socket = protocol.transport._sock  # type: ignore[attr-defined]
    for _ in range(DATAGRAMS_A_TURN_MAX - 1):
        try:
            waiting, source = socket.recvfrom(2 * DATAGRAM_BYTES_MAX)
        except OSError:  # nothing more, or an error that asyncio's own next look meets
            return
        _let_in(protocol, waiting, source)


def _is_media(datagram: bytes) -> bool:
    return (
        len(datagram) > 1
        and datagram[0] in _RTP_FIRST_BYTES
        and datagram[1] not in _RTCP_SECOND_BYTES
    )


def _let_in(protocol: ice.StunProtocol, datagram: bytes | str, source: tuple[Any, ...]) -> None:
    """Let in what may be STUN, and the media of peers whose STUN was good; drop the rest.

    An empty datagram, or one that is too long, would end the connection whoever sent it.
    """
    size = len(datagram)
    if not 0 < size <= DATAGRAM_BYTES_MAX:
        return
    if isinstance(datagram, bytes) and datagram[0] > _STUN_FIRST_BYTE_MAX:
        pairs = protocol.receiver._check_list
        if all(pair.remote_addr != (source[0], source[1]) for pair in pairs):
            return
    protocol.heard_at = time.monotonic()  # type: ignore[attr-defined]
    _library_takes_datagram(protocol, datagram, source)


async def _query_consent(connection: Any) -> None:
    """Close ``connection`` when the other side is gone or wants no more of us (RFC 7675).

    Who sends nothing for seconds is gone. Who sends but whose answers do not reach us in time is
    there, on a machine that is late, or ours is: they keep the whole time of the RFC.
    """
    answered_at = time.monotonic()
    while True:
        await asyncio.sleep(CONSENT_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
        for pair in connection._nominated.values():
            if await _consents(connection, pair):
                answered_at = time.monotonic()
            now, heard_at = time.monotonic(), getattr(pair.protocol, "heard_at", 0.0)
            is_silent = now - max(heard_at, answered_at) > SILENT_SECONDS_MAX
            if is_silent or now - answered_at > UNANSWERED_SECONDS_MAX:
                connection._query_consent_task = None  # closing would wait for this very task
                await connection.close()
                return


async def _consents(connection: Any, pair: Any) -> bool:
    request = connection.build_request(pair, nominate=False)
    try:
        await pair.protocol.request(
            request,
            pair.remote_addr,
            integrity_key=connection.remote_password.encode(),
            retransmissions=0,
        )
    except stun.TransactionError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Way:
    """How packets reach one viewer: an SRTP session of libsrtp, a UDP socket, an address."""

    session: Any
    socket: Any
    address: tuple[str, int]


def way_to(sender: Any) -> Way | None:
    """The way to the viewer of ``sender``; None while it is not connected."""
    dtls = sender.transport
    if dtls.state != "connected":
        return None
    pair = dtls.transport._connection._nominated.get(_RTP_COMPONENT)
    if pair is None:
        return None
    # asyncio's own transport would copy every packet and look for a queue first.
    socket = pair.protocol.transport._sock
    return Way(session=dtls._tx_srtp, socket=socket, address=pair.remote_addr)


def raw_session(way: Way) -> Any:
    """libsrtp's pointer, for calls that go around pylibsrtp's copies."""
    return way.session._srtp[0]


def ssrc_of(sender: Any) -> int:
    """The SSRC that the viewer was promised."""
    return int(sender._ssrc)


def payload_type_of(transceiver: Any) -> int:
    """The payload type that was agreed on."""
    return int(transceiver._codecs[0].payloadType)


def take_over(
    sender: Any,
    *,
    on_feedback: Callable[[Any], Awaitable[None]],
    send_reports: Callable[[list[Any]], Awaitable[None]],
) -> None:
    """Let us answer the viewer's feedback and write the sender's reports."""
    sender._handle_rtcp_packet = on_feedback
    sender._send_rtcp = send_reports


async def send_control(sender: Any, packets: bytes) -> None:
    """Send RTCP to the viewer, if it is still there."""
    try:
        await sender.transport._send_rtp(packets)
    except ConnectionError:
        return


def tap(transceiver: Any, *, on_packet: Taker, on_report: Taker) -> None:
    """Hand on what ``transceiver`` receives, undecoded, out of order as it comes.

    Retransmissions are unwrapped, empty probes skipped. The library goes on seeing every packet,
    so that receiver reports, NACK and PLI live on.
    """
    receiver = transceiver.receiver
    codecs = {codec.payloadType: codec for codec in transceiver._codecs}
    take_rtp, take_rtcp = receiver._handle_rtp_packet, receiver._handle_rtcp_packet
    # It reads the event loop's jitter as congestion and would starve the host.
    receiver._RTCRtpReceiver__remote_bitrate_estimator = None

    async def see_rtp(packet: Any, arrival_time_ms: int) -> None:
        receiver._RTCRtpReceiver__stop_decoder()
        whole = _unwrapped(receiver, codecs, packet)
        if whole is not None:
            on_packet(whole)
        await take_rtp(packet, arrival_time_ms)

    async def see_rtcp(packet: Any) -> None:
        if isinstance(packet, RtcpSrPacket):
            on_report(packet)
        await take_rtcp(packet)

    receiver._handle_rtp_packet, receiver._handle_rtcp_packet = see_rtp, see_rtcp


def _unwrapped(receiver: Any, codecs: dict[int, Any], packet: Any) -> Any:
    """The media packet inside ``packet``; None for probes and strangers."""
    codec = codecs.get(packet.payload_type)
    if codec is None or not packet.payload:
        return None
    if not is_rtx(codec):
        return packet
    ssrc = receiver._RTCRtpReceiver__rtx_ssrc.get(packet.ssrc)
    inner = codec.parameters.get("apt")
    if ssrc is None or inner not in codecs or len(packet.payload) <= _RTX_HEADER_BYTES:
        return None
    return unwrap_rtx(packet, inner, ssrc)


async def allow_bitrate(receiver: Any, ssrc: int, bits_per_second: int) -> None:
    """Tell the sender of ``ssrc`` how much it may send (REMB)."""
    ours = receiver._RTCRtpReceiver__rtcp_ssrc
    if ours is None:
        return
    fci = pack_remb_fci(bits_per_second, [ssrc])
    packet = RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=ours, media_ssrc=0, fci=fci)
    await receiver._send_rtcp(packet)


def ask_keyframe(receiver: Any, ssrc: int) -> asyncio.Task[None]:
    """Ask the sender of ``ssrc`` for a keyframe (PLI)."""
    return asyncio.ensure_future(receiver._send_rtcp_pli(ssrc))

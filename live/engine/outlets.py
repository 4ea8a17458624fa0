"""One viewer's end of a hub: RTP written straight into the viewer's SRTP session and socket."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final, cast

from aiortc import RTCRtpTransceiver
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)

from live.engine import internals, packets
from live.engine.hubs import LOW_SEQUENCES, Hub, Packet
from live.engine.totals import Totals

RETRANSMISSIONS_PER_SECOND_MAX: Final = 500
PAYLOAD_BYTES_MAX: Final = 1_600
_UINT32: Final = 1 << 32

_buffer, _view = internals.srtp_buffer, internals.srtp_view
_length, _protect = internals.srtp_length, internals.srtp_protect


class Outlet:
    """Numbers, encrypts and sends one hub's packets to one viewer."""

    def __init__(self, hub: Hub, transceiver: RTCRtpTransceiver, totals: Totals) -> None:
        self.live = False
        self._hub, self._totals = hub, totals
        self._sender = transceiver.sender
        self._payload_type = internals.payload_type_of(transceiver)
        self._ssrc = internals.ssrc_of(self._sender)
        self._shift = self._count = self._octets = 0
        self._session = self._socket = self._address = cast("Any", None)
        self._again_from, self._again = 0.0, 0
        internals.take_over(
            self._sender, on_feedback=self._take_feedback, send_reports=self._send_reports
        )

    def is_waiting(self) -> bool:
        """Whether the viewer is connected and has not begun."""
        return not self.live and internals.way_to(self._sender) is not None

    def start(self, sequence: int) -> bool:
        """Begin with this packet; False when the viewer is not connected yet."""
        if not self._find_way():
            return False
        # A low first number: a late joiner could guess SRTP's roll-over counter wrongly.
        self._shift = secrets.randbelow(LOW_SEQUENCES) - sequence
        self.live = True
        return True

    def write(self, packet: Packet) -> None:
        """Send one packet. A full socket drops it, like any network would."""
        sequence, stamp, marker, payload = packet
        size = packets.HEADER_BYTES + len(payload)
        if size > PAYLOAD_BYTES_MAX:
            return
        number = (sequence + self._shift) % packets.SEQUENCES
        head = packets.HEADER.pack(
            packets.VERSION, marker | self._payload_type, number, stamp, self._ssrc
        )
        _view[0:size] = head + payload
        _length[0] = size
        if _protect(self._session, _buffer, _length):
            return
        try:
            self._socket.sendto(_view[0 : _length[0]], self._address)
        except (BlockingIOError, InterruptedError):
            self._totals.packets_dropped += 1
        except OSError:
            self.live = False
            return
        self._count += 1
        self._octets += size
        self._totals.packets_out += 1
        self._totals.octets_out += size

    def _find_way(self) -> bool:
        way = internals.way_to(self._sender)
        if way is None:
            return False
        self._session, self._socket = internals.raw_session(way), way.socket
        self._address = way.address
        return True

    async def _take_feedback(self, packet: Any) -> None:
        if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            self._send_again(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            self._hub.ask_keyframe()

    def _send_again(self, numbers: list[int]) -> None:
        """Answer a NACK from the ring, within a limit that no honest viewer meets."""
        now = time.monotonic()
        if now - self._again_from >= 1:
            self._again_from, self._again = now, 0
        for number in numbers:
            kept = self._hub.kept((number - self._shift) % packets.SEQUENCES)
            if kept is None or not self.live or self._again >= RETRANSMISSIONS_PER_SECOND_MAX:
                continue
            self._again += 1
            self._totals.retransmissions += 1
            self.write(kept)

    async def _send_reports(self, reports: list[Any]) -> None:
        """Sender reports with the publisher's clock; they come about once a second."""
        if not self.live or self._hub.report is None or not self._find_way():
            return
        for report in reports:
            if isinstance(report, RtcpSrPacket):
                report.sender_info = RtcpSenderInfo(
                    *self._hub.report, self._count % _UINT32, self._octets % _UINT32
                )
        await internals.send_control(self._sender, b"".join(map(bytes, reports)))

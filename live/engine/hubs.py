"""A hub: one published RTP stream (sound or picture), handed to every viewer of a room."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

from live.engine import packets
from live.engine.totals import Totals

Kind = Literal["audio", "video"]
KINDS: Final[tuple[Kind, ...]] = ("audio", "video")
CLOCK_RATES: Final = {"audio": 48_000, "video": 90_000}
RING_PACKETS: Final = 512
KEYFRAME_REQUEST_SECONDS: Final = 0.5
LOW_SEQUENCES: Final = 1 << 14
Packet = tuple[int, int, int, bytes]  # sequence, timestamp, marker bit, payload


class Outlet(Protocol):
    """Where a hub puts packets."""

    live: bool

    def is_waiting(self) -> bool:
        """Whether the viewer is connected and has not begun."""

    def start(self, sequence: int) -> bool:
        """Begin with this packet; False when the viewer is not connected yet."""

    def write(self, packet: Packet) -> None:
        """Send one packet."""


class Hub:
    """Keeps sequence numbers and timestamps continuous whoever publishes, however often."""

    def __init__(self, kind: Kind, totals: Totals) -> None:
        self.kind = kind
        self.outlets: list[Outlet] = []
        self.request_keyframe: Callable[[int], object] | None = None
        self.source: int | None = None
        self.octets = self.received = 0
        self.expected = 0  # packets that the sources have numbered
        self.report: tuple[int, int] | None = None  # NTP and RTP time of one moment
        self._totals = totals
        self._ring: list[Packet | None] = [None] * RING_PACKETS
        self.last_at = time.monotonic()  # when the last packet came
        self._last, self._last_stamp = random.getrandbits(14), 0
        self._first = self._offset = self._source_last = self._stamp_shift = 0
        self._asked_at = -KEYFRAME_REQUEST_SECONDS

    def push(self, packet: Any) -> None:
        """Take one packet of the publisher (aiortc's ``RtpPacket``) in whatever order it comes."""
        self.octets += len(packet.payload)
        is_start = self.kind == "audio" or packets.starts_keyframe(packet.payload)
        if packet.ssrc != self.source:
            if not is_start:
                self.ask_keyframe(of=packet.ssrc)
                return
            self._change_source(packet)
        offset = self._offset_of(packet.sequence_number)
        if offset < 0:  # sent before the keyframe that we began with
            return
        sequence = (self._first + offset) % packets.SEQUENCES
        if packets.difference(sequence, self._last) > 0:
            self._last = sequence
        stamp = (packet.timestamp + self._stamp_shift) % packets.TIMESTAMPS
        self._last_stamp, self.last_at = stamp, time.monotonic()
        self.received += 1
        self._totals.packets_in += 1
        whole = (sequence, stamp, packet.marker << 7, packet.payload)
        self._ring[sequence % RING_PACKETS] = whole
        self._hand_out(whole, is_start=is_start)

    def _hand_out(self, packet: Packet, *, is_start: bool) -> None:
        anybody_waits = False
        for outlet in self.outlets:
            if outlet.live or (is_start and outlet.start(packet[0])):
                outlet.write(packet)
            elif outlet.is_waiting():
                anybody_waits = True
        if anybody_waits:
            # Again until it comes: a request may be lost, or have been too early to be sent on,
            # and a viewer who never saw a packet asks for nothing.
            self.ask_keyframe()

    def _change_source(self, packet: Any) -> None:
        """Go on with another publisher where the last one stopped, the pause included."""
        pause = int((time.monotonic() - self.last_at) * CLOCK_RATES[self.kind])
        self.source, self.report = packet.ssrc, None
        self._first = (self._last + 1) % packets.SEQUENCES
        self._source_last, self._offset = packet.sequence_number, 0
        self._stamp_shift = (self._last_stamp + pause - packet.timestamp) % packets.TIMESTAMPS
        self.expected += 1

    def _offset_of(self, sequence: int) -> int:
        """How many packets after the source's first one this is."""
        ahead = packets.difference(sequence, self._source_last)
        offset = self._offset + ahead
        if ahead > 0:
            self._source_last, self._offset = sequence, offset
            self.expected += ahead
        return offset

    def kept(self, sequence: int) -> Packet | None:
        """A packet of the last few hundred, for a viewer that lost it."""
        found = self._ring[sequence % RING_PACKETS]
        return found if found and found[0] == sequence else None

    def ask_keyframe(self, *, of: int | None = None) -> None:
        """Ask upstream for a keyframe, at most twice a second however many viewers ask."""
        source, now = of or self.source, time.monotonic()
        if source is None or self.request_keyframe is None:
            return
        if now - self._asked_at >= KEYFRAME_REQUEST_SECONDS:
            self._asked_at = now
            self._totals.keyframe_requests += 1
            self.request_keyframe(source)

    def take_report(self, packet: Any) -> None:
        """Keep the publisher's clock (a sender report) for the viewers' lip sync."""
        if packet.ssrc == self.source:
            told = packet.sender_info
            stamp = (told.rtp_timestamp + self._stamp_shift) % packets.TIMESTAMPS
            self.report = (told.ntp_timestamp, stamp)

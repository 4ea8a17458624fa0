"""Sequence numbers, timestamps, the ring and keyframes, without a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from live.engine import packets
from live.engine.hubs import RING_PACKETS, Hub, Packet
from live.engine.totals import Totals

KEYFRAME, OTHER = b"\x10\x00\x00", b"\x10\x01\x00"


@dataclass
class Wire:
    """An outlet that keeps what it was given."""

    live: bool = False
    sent: list[Packet] = field(default_factory=list)

    def is_waiting(self) -> bool:
        return not self.live

    def start(self, sequence: int) -> bool:
        self.live = True
        return True

    def write(self, packet: Packet) -> None:
        self.sent.append(packet)


@pytest.fixture
def hub() -> Hub:
    return Hub("video", Totals())


@pytest.fixture
def wire(hub: Hub) -> Wire:
    made = Wire()
    hub.outlets.append(made)
    return made


def _push(hub: Hub, number: int, payload: bytes = OTHER, ssrc: int = 1, stamp: int = 0) -> None:
    packet = SimpleNamespace(
        ssrc=ssrc,
        sequence_number=number % 65536,
        timestamp=stamp or number * 3_000,
        payload=payload,
        marker=1,
    )
    hub.push(packet)


def test_a_viewer_begins_with_a_keyframe(hub: Hub, wire: Wire) -> None:
    _push(hub, 1, KEYFRAME)
    late = Wire()
    hub.outlets.append(late)
    _push(hub, 2)
    _push(hub, 3, KEYFRAME)

    assert len(wire.sent) == 3
    assert [packet[3] for packet in late.sent] == [KEYFRAME]


def test_numbers_and_times_go_on_when_another_host_comes(hub: Hub, wire: Wire) -> None:
    _push(hub, 100, KEYFRAME)
    _push(hub, 101)
    _push(hub, 40_000, OTHER, ssrc=2)  # not yet: the new picture has not begun
    _push(hub, 40_001, KEYFRAME, ssrc=2, stamp=7)
    _push(hub, 40_002, OTHER, ssrc=2, stamp=3_007)

    numbers = [packet[0] for packet in wire.sent]
    stamps = [packet[1] for packet in wire.sent]
    first = numbers[0]
    assert numbers == [(first + n) % packets.SEQUENCES for n in range(4)]
    assert (stamps[2] - stamps[1]) % packets.TIMESTAMPS < 90_000
    assert stamps[3] - stamps[2] == 3_000


def test_numbers_go_on_over_the_end_of_the_range(hub: Hub, wire: Wire) -> None:
    _push(hub, 65_534, KEYFRAME)
    for number in (65_535, 65_536, 65_537):
        _push(hub, number)

    first = wire.sent[0][0]
    assert [(packet[0] - first) % packets.SEQUENCES for packet in wire.sent] == [0, 1, 2, 3]
    assert hub.expected == hub.received == 4


def test_late_packets_keep_their_place_and_older_ones_than_the_first_are_dropped(
    hub: Hub, wire: Wire
) -> None:
    for number in (10, 12, 11, 9):
        _push(hub, number, KEYFRAME if number == 10 else OTHER)

    first = wire.sent[0][0]
    assert [(packet[0] - first) % packets.SEQUENCES for packet in wire.sent] == [0, 2, 1]


def test_the_ring_keeps_the_last_few_hundred(hub: Hub, wire: Wire) -> None:
    _push(hub, 0, KEYFRAME)
    for number in range(1, RING_PACKETS + 10):
        _push(hub, number)
    oldest, newest = wire.sent[0][0], wire.sent[-1][0]

    assert hub.kept(oldest) is None
    assert hub.kept(newest) == wire.sent[-1]


def test_however_many_ask_the_host_is_asked_once_in_half_a_second(hub: Hub) -> None:
    asked: list[int] = []
    hub.request_keyframe = asked.append
    _push(hub, 1, KEYFRAME)

    for _ in range(100):
        hub.ask_keyframe()

    assert asked == [1]


def test_a_viewer_who_comes_too_soon_after_another_is_not_forgotten(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    hub.request_keyframe = asked.append
    _push(hub, 1, KEYFRAME)
    hub.ask_keyframe()  # for somebody else
    hub.outlets.append(Wire())

    _push(hub, 2)
    assert asked == [1]
    monkeypatch.setattr(hub, "_asked_at", hub._asked_at - 0.6)
    _push(hub, 3)

    assert asked == [1, 1]


def test_a_host_that_begins_in_the_middle_is_asked_for_a_keyframe(hub: Hub, wire: Wire) -> None:
    asked: list[int] = []
    hub.request_keyframe = asked.append

    _push(hub, 1, OTHER, ssrc=9)

    assert (asked, wire.sent) == ([9], [])


def test_loss_is_what_was_numbered_and_never_came(hub: Hub) -> None:
    for number in (1, 2, 4, 5, 10):
        _push(hub, number, KEYFRAME if number == 1 else OTHER)

    assert (hub.expected, hub.received) == (10, 5)


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        (b"\x10\x00", True),
        (b"\x10\x01", False),  # not a keyframe
        (b"\x00\x00", False),  # not the start of a partition
        (b"\x11\x00", False),  # another partition
        (b"\x90\x80\x01\x00", True),  # short picture id
        (b"\x90\x80\x81\x01\x00", True),  # long picture id
        (b"\x90\xe0\x81\x01\x05\x20\x00", True),  # with layers
        (b"\x90\xe0\x81\x01\x05\x20\x01", False),
        (b"\x90\x80", False),
        (b"\x10", False),
        (b"", False),
    ],
)
def test_a_keyframe_is_recognised(payload: bytes, starts: bool) -> None:
    assert packets.starts_keyframe(payload) is starts

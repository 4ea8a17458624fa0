from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from bench.streams.drain import Drain

VIDEO, AUDIO = 0x11223344, 0x55667788
BINDING = b"\x00\x01\x00\x00" + bytes(16)


def rtp(sequence: int, ssrc: int = VIDEO) -> bytes:
    """A packet of a hundred bytes; what comes after the header is encrypted anyway."""
    return struct.pack("!BBHII", 0x80, 96, sequence & 0xFFFF, 0, ssrc) + bytes(88)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as viewer,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
    ):
        viewer.bind(("127.0.0.1", 0))
        server.connect(viewer.getsockname())
        yield viewer, server


def test_packets_of_two_streams_are_counted(ends: tuple[socket.socket, socket.socket]) -> None:
    viewer, server = ends
    drain = Drain(4)
    drain.add(viewer.fileno())

    for number in range(100):
        server.send(rtp(65_500 + number))
        server.send(rtp(7 + number, AUDIO))
    assert list(drain.empty()) == []

    counted = drain.counted()
    assert (counted.packets, counted.expected, counted.octets) == (200, 200, 20_000)
    assert counted.silent == 0


def test_a_gap_is_a_loss_and_a_late_packet_fills_it(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    viewer, server = ends
    drain = Drain(4)
    drain.add(viewer.fileno())

    for number in (1, 2, 5, 6, 3):
        server.send(rtp(number))
    list(drain.empty())

    counted = drain.counted()
    assert (counted.packets, counted.expected) == (5, 6)


def test_what_is_not_rtp_is_given_back(ends: tuple[socket.socket, socket.socket]) -> None:
    viewer, server = ends
    drain = Drain(4)
    index = drain.add(viewer.fileno())
    report = b"\x80\xc8" + bytes(26)

    for datagram in (BINDING, rtp(1), report):
        server.send(datagram)

    assert list(drain.empty()) == [(index, BINDING), (index, report)]
    assert drain.counted().packets == 1


def test_a_viewer_who_heard_nothing_is_told(ends: tuple[socket.socket, socket.socket]) -> None:
    viewer, _ = ends
    drain = Drain(4)
    drain.add(viewer.fileno())
    list(drain.empty())

    assert drain.counted().silent == 1

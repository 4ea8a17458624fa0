"""B2: signaling frames a second through one socket process, and how long one takes.

200 rooms of two real session sockets: tickets taken, rooms joined, the snapshot read. In each
room frames of type ``ice-candidate`` go to and fro (throughput), then 30,000 a second are sent
at fixed instants whatever comes back (latency). The peer does the same on Node + socket.io.
"""

from __future__ import annotations

from bench.figures import Figure
from bench.relay import comparison

ROOMS = 200


def figures() -> list[Figure]:
    """One process of ours against one process of the peer's."""
    return comparison.figures("B2", number=ROOMS, processes=1, goal_ratio=1.2, per_second=30_000)

"""B3: signaling frames a second between two socket processes: the two sides of each room sit in
different ones, so every frame crosses Redis. The peer is socket.io with its Redis adapter."""

from __future__ import annotations

from bench.figures import Figure
from bench.relay import comparison

ROOMS = 200


def figures() -> list[Figure]:
    """Two processes of ours against two of the peer's, over the same Redis."""
    return comparison.figures("B3", number=ROOMS, processes=2, goal_ratio=1.0, per_second=12_000)

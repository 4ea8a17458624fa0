"""What this process did since it began, counted where it happens and read by the doors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Totals:
    """Growing counters."""

    packets_in: int = 0
    packets_out: int = 0
    octets_out: int = 0
    packets_dropped: int = 0
    retransmissions: int = 0
    keyframe_requests: int = 0
    joins: int = 0
    refusals: int = 0

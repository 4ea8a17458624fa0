"""How much one socket may say. Each limit is a token bucket, kept as one number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """``burst`` frames at once, and ``burst`` more in every ``seconds``."""

    burst: int
    seconds: float


class Bucket:
    """One sender under one limit (the generic cell rate algorithm: when it would be empty)."""

    __slots__ = ("_each", "_empty_at", "_most")

    def __init__(self, limit: Limit) -> None:
        self._each = limit.seconds / limit.burst
        self._most = limit.seconds
        self._empty_at = 0.0

    def takes(self, now: float, weight: int = 1) -> bool:
        """Count ``weight`` frames at ``now`` (seconds); False when that is too many."""
        empty_at = self._empty_at
        if empty_at < now:
            empty_at = now
        empty_at += self._each * weight
        if empty_at - now > self._most + 1e-9:
            return False
        self._empty_at = empty_at
        return True

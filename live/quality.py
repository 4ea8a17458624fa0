"""How good a connection is, in five levels and in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

# (round trip in ms, loss in %) up to which a connection deserves the level.
_LEVELS: Final = ((4, 150, 1.0), (3, 300, 3.0), (2, 600, 8.0))
_WORDS: Final = ("none", "very weak", "weak", "fair", "good")
_WEAK: Final = 2
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True)
class Stats:
    """What a browser's getStats said; None where it did not say, or said nonsense."""

    rtt_ms: int | None = None
    loss_pct: float | None = None
    kbps_in: int | None = None
    kbps_out: int | None = None
    audio_level: float | None = None
    frames: int | None = None


def read(said: Mapping[str, Any]) -> Stats:
    """Take the known figures out of what a page sent; the rest is not believed."""
    return Stats(
        rtt_ms=_whole(said.get("rtt_ms")),
        loss_pct=_part(said.get("loss_pct"), 100.0),
        kbps_in=_whole(said.get("kbps_in")),
        kbps_out=_whole(said.get("kbps_out")),
        audio_level=_part(said.get("audio_level"), 1.0),
        frames=_whole(said.get("frames")),
    )


def level_of(stats: Stats, *, up: bool) -> int:
    """0 (no connection) to 4 (good)."""
    if not up:
        return 0
    for level, rtt_ms, loss_pct in _LEVELS:
        if (stats.rtt_ms or 0) <= rtt_ms and (stats.loss_pct or 0.0) <= loss_pct:
            return level
    return 1


def in_words(own: int, peer: int, peer_name: str) -> str:
    """One line for the strip, naming whose connection is weak."""
    if own <= _WEAK:
        return f"Your connection is {_WORDS[own]}" if own else "You are not connected"
    if peer <= _WEAK:
        return f"{peer_name}'s connection is {_WORDS[peer]}" if peer else f"{peer_name} is away"
    return _WORDS[min(own, peer)].capitalize()


def _whole(value: Any) -> int | None:
    number = _part(value, float(_LARGEST))
    return None if number is None else int(number)


def _part(value: Any, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value) if 0 <= value <= most else None

"""What two browsers say to each other through us: opaque content in closed envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from backend.realtime.frames import Longest, Nothing, Said
from backend.realtime.limits import Limit

_SDP_CHARS_MAX: Final = 60_000
_TEN_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Description(Said):
    """An SDP offer or answer; ``negotiation`` counts the attempts of its sender."""

    sdp: Annotated[str, Longest(_SDP_CHARS_MAX)]
    negotiation: int


@dataclass(frozen=True)
class Candidate(Said):
    """One trickled ICE candidate; null marks the end of candidates."""

    candidate: dict[str, Any] | str | None
    negotiation: int


@dataclass(frozen=True)
class MediaState(Said):
    """Which of the sender's devices are on."""

    microphone: bool
    camera: bool


RELAYED: Final[dict[str, tuple[type[Said], Limit | None]]] = {
    "offer": (Description, Limit(10, _TEN_SECONDS)),
    "answer": (Description, Limit(10, _TEN_SECONDS)),
    "ice-candidate": (Candidate, None),
    "ice-restart": (Nothing, Limit(5, _TEN_SECONDS)),
    "media-state": (MediaState, Limit(20, _TEN_SECONDS)),
    "chat-typing": (Nothing, Limit(20, _TEN_SECONDS)),
}
"""Each type with its shape and its own limit; the socket's general limit holds for all."""

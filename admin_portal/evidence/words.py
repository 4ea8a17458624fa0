"""What a record of a reading says, in the words of the house. Pure."""

from __future__ import annotations

from typing import Final

from backend.core.templatetags.money import money, spoken
from live.chronicle import Happened
from live.states import Reason

_KINDS: Final = {"chat": "Chat", "voice": "Voice", "video": "Video"}
_PAUSES: Final = {
    Reason.CLIENT_AWAY: "the client's connection was lost",
    Reason.READER_AWAY: "the reader's connection was lost",
    Reason.BOTH_AWAY: "both connections were lost",
    Reason.READER_SILENT: "waiting for the reader to write",
    Reason.FUNDS: "the money was used up",
    Reason.CAP: "the spend cap was reached",
}
_WHYS: Final = {
    "pagehide": "Their page was closed or left.",
    "hidden": "Their page was hidden for two minutes.",
    "media": "Their page lost its media.",
}
_CODES: Final = {
    0: "The page went by itself.",
    4401: "They were signed out.",
    4408: "Nothing came from the page any more.",
    4409: "A newer device took over.",
    4410: "The reading was over.",
    4429: "The page sent too much.",
    1013: "We were out of reach for a moment.",
}
_LIMITS: Final = {"funds": "the money", "cap": "the spend cap", "max": "the longest reading"}


def request(kind: str, rate_cents: int, cap_cents: int | None) -> str:
    """``Video at $3.99 a minute, no cap.``"""
    cap = f"at most {money(cap_cents)}" if cap_cents is not None else "no cap"
    return f"{_KINDS[kind]} at {money(rate_cents)} a minute, {cap}."


def paused(reason: str) -> str:
    """``Clock stopped: the reader's connection was lost``"""
    return f"Clock stopped: {_PAUSES.get(Reason(reason), 'the connection was lost')}"


def why_left(why: object) -> str:
    """The page's own word, in ours."""
    return _WHYS.get(str(why), "")


def closed(code: object) -> str:
    """Why a socket was closed."""
    return _CODES.get(code if isinstance(code, int) else 0, f"Closed with {code}.")


def warned(seconds_left: object, why: object) -> str:
    """``About 2 min left of the money``"""
    return f"About {spoken(int(str(seconds_left)))} left of {_LIMITS.get(str(why), str(why))}"


def charged(from_s: int, to_s: int) -> str:
    """``Minute 9 charged``; a part of one by its seconds."""
    first, last = from_s // 60 + 1, to_s // 60
    if from_s % 60 or to_s % 60:
        return f"{spoken(to_s - from_s)} charged"
    return f"Minute {first} charged" if first == last else f"Minutes {first} to {last} charged"


def media(side: str, *, up: object, microphone: object, camera: object) -> str:
    """``Reader: media flow, microphone on, camera off``"""
    parts = ["media flow" if up else "no media flow"]
    for name, on in (("microphone", microphone), ("camera", camera)):
        if on is not None:
            parts.append(f"{name} {'on' if on else 'off'}")
    return f"{side.title()}: {', '.join(parts)}"


def happened(kind: str) -> str:
    """What happened, in three or four words."""
    return str(Happened(kind).label)

"""What an automated reader says: in a chat, where a word is echoed, and on air."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle

_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = {"what", "that", "this", "with", "have", "about", "would", "will", "from", "your", "they"}
_OPENING = "Hello, I am a demo reader, a program. Write whatever comes first and I will answer."
_ANSWERS = (
    "I hear “{word}”. Let it stand for a moment before you answer it.",
    "You wrote “{word}”. The card I draw for it is the Star: patience, and a clear night.",
    "“{word}” comes back, I think. What was it like the last time?",
    "For “{word}” I see the Moon, upright: not everything is lit yet, and that is fine.",
)
CHARS_MAX = 500
ON_AIR_SPOKEN = (
    "Good evening, and welcome. This is a demo stream, made by a program. "
    "The moon stands over the water tonight. Stay as long as you like."
)
ON_AIR = (
    "Good evening. I am a demo reader, a program: this sky is drawn for you as you watch.",
    "The bar above the chat is my goal. Gifts here are play money.",
    "Tonight's card is the Moon, upright: not everything is lit yet, and that is fine.",
    "For a reading of your own, look for Ana on the front page. She says yes to everybody.",
    "Write whatever you like. I do not answer on air, but the people beside you may.",
    "Breathe in while you count four stars, and out while you count six.",
)
NO_HANDS = "I see your hand, {name}. I give no readings from here; Ana and June do."
_NOTHING = "Take your time. I am here, and the clock above us is honest."


class Conversation:
    """The lines of one chat reading."""

    def __init__(self) -> None:
        self._answers = cycle(_ANSWERS)

    def opening(self) -> str:
        """The first line, before the client has written."""
        return _OPENING

    def answer_to(self, text: str) -> str:
        """A line that echoes the longest telling word of ``text``."""
        words = [w for w in _WORD.findall(text) if w.lower() not in _COMMON]
        return next(self._answers).format(word=max(words, key=len)) if words else _NOTHING


def thanks(given: Sequence[tuple[str, str]]) -> str:
    """One line for some gifts: pairs of who gave and what."""
    gifts_of: dict[str, list[str]] = {}
    for name, gift in dict.fromkeys(given):
        gifts_of.setdefault(name, []).append(f"the {gift}")
    each = [f"{name}, for {' and '.join(gifts)}" for name, gifts in gifts_of.items()]
    return f"Thank you, {'; '.join(each)}."

"""What an automated reader says in a chat: an opening, answers that echo a word, a close."""

from __future__ import annotations

import re
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

"""How a check ends: one word, and the figures behind it. Never a secret, never a whole address."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Figure = str | int | float | bool | None


class Verdict(StrEnum):
    """The word for a check. ``off``: not used here, which is no fault."""

    OK = "ok"
    WARN = "warn"
    DOWN = "down"
    OFF = "off"

    @property
    def label(self) -> str:
        return {"ok": "In order", "warn": "Look at it", "down": "Down", "off": "Not in use"}[self]

    @property
    def tone(self) -> str:
        """The badge's colour, beside the word."""
        return {"ok": "ok", "warn": "warn", "down": "bad", "off": ""}[self]


@dataclass(frozen=True)
class Finding:
    """``words`` say it in one sentence; ``figures`` are plain values with their unit last."""

    verdict: Verdict
    words: str
    figures: dict[str, Figure] = field(default_factory=dict)

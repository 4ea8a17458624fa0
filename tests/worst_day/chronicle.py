"""What happened, line by line, and what must not have happened.

Every line names whom and what it is about, so that a failure can be told by the few lines that
concern it instead of by all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from backend.core import clock

_LINES_KEPT: Final = 200_000
_LINES_SHOWN: Final = 60
_AROUND_SECONDS: Final = 15.0


@dataclass(frozen=True)
class Line:
    """One thing that happened at ``t`` (seconds on the product's clock)."""

    t: float
    text: str
    names: frozenset[str]
    is_fault: bool = False


@dataclass(frozen=True)
class Finding:
    """A rule that was broken. ``names``: the people, readings and keys that it is about."""

    rule: str
    what: str
    names: frozenset[str]
    t: float


@dataclass
class Chronicle:
    """The lines of one day, and its findings."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=_LINES_KEPT))
    findings: list[Finding] = field(default_factory=list)
    began: float = field(default_factory=lambda: clock.now().timestamp())

    def note(self, text: str, *names: str, is_fault: bool = False) -> None:
        """Keep a line about these names; a fault concerns everybody."""
        self.lines.append(Line(now(), text, frozenset(names), is_fault))

    def find(self, rule: str, what: str, *names: str) -> None:
        """A rule was broken."""
        self.findings.append(Finding(rule, what, frozenset(names), now()))
        self.note(f"FINDING {rule}: {what}", *names)

    def explain(self, finding: Finding) -> list[str]:
        """The shortest log of a finding: its own lines, and the faults beside them."""
        names = self._narrowest(finding)
        about = [line for line in self.lines if line.names & names]
        first = about[0].t - _AROUND_SECONDS if about else finding.t - _AROUND_SECONDS
        told = [
            line
            for line in self.lines
            if line.names & names
            or (line.is_fault and first <= line.t <= finding.t + _AROUND_SECONDS)
        ]
        left_out = max(0, len(told) - _LINES_SHOWN)
        head = [f"  … {left_out} earlier lines"] if left_out else []
        return [*head, *self._shown(told[left_out:])]

    def _narrowest(self, finding: Finding) -> frozenset[str]:
        """The readings and keys of a finding, if lines tell of them; else its people."""
        things = frozenset(name for name in finding.names if "-" in name)
        told = any(line.names & things for line in self.lines if line.t < finding.t)
        return things if told else finding.names

    def _shown(self, lines: Iterable[Line]) -> list[str]:
        return [
            f"  {line.t - self.began:9.2f} {'!! ' if line.is_fault else ''}{line.text}"
            for line in lines
        ]


def now() -> float:
    """Seconds on the clock of the product, however far it was moved."""
    return clock.now().timestamp()

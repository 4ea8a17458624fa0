"""What must be true of a reading, told from outside: from what two pages sent and heard.

Pure. Instants are seconds on the product's clock, as floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

TOLERANCE_S: Final = 10.0  # silences up to here are bridged (R5)
BEAT_S: Final = 5.0
# Between a page's own clock and the stamp that the server sets lies the way between them.
ON_THE_WAY_S: Final = 2.0

Span = tuple[float, float]


@dataclass
class Witness:
    """One side of one reading: when it beat, and when it was truly talking.

    ``beats``: when a beat with media was sent. ``talks``: from when to when it was connected,
    had media, and was told that the meter runs.
    """

    beats: list[float] = field(default_factory=list)
    talks: list[Span] = field(default_factory=list)
    _since: float | None = None

    def beat(self, at: float) -> None:
        """A beat was sent."""
        self.beats.append(at)

    def look(self, *, is_talking: bool, at: float) -> None:
        """Whether this side talks from now on."""
        if is_talking and self._since is None:
            self._since = at
        elif not is_talking and self._since is not None:
            self.talks.append((self._since, at))
            self._since = None

    def covered(self) -> list[Span]:
        """What the beats prove at most, silences up to the tolerance bridged."""
        spans: list[Span] = []
        for one, following in pairwise(sorted(self.beats)):
            if following - one > TOLERANCE_S + ON_THE_WAY_S:
                continue
            if spans and spans[-1][1] == one:
                spans[-1] = (spans[-1][0], following)
            else:
                spans.append((one, following))
        return spans


@dataclass(frozen=True)
class Stretch:
    """A billed stretch as the receipt shows it."""

    began: float
    ended: float
    billed_s: int


def price(*, seconds: int, rate_cents: int) -> int:
    """The price of ``seconds`` (R2, per second)."""
    return rate_cents * seconds // 60


def common(one: Sequence[Span], other: Sequence[Span], within: Span) -> float:
    """Seconds that lie in both, and ``within``."""
    total = 0.0
    for a_began, a_ended in one:
        for b_began, b_ended in other:
            began = max(a_began, b_began, within[0])
            total += max(0.0, min(a_ended, b_ended, within[1]) - began)
    return total


@dataclass(frozen=True)
class Verdict:
    """One stretch: what was billed, what was proven at most, how long both truly talked."""

    stretch: Stretch
    proven_s: float
    talked_s: float

    @property
    def too_much_s(self) -> float:
        """Billed beyond what the beats can prove; more than the way of a beat is wrong."""
        return self.stretch.billed_s - self.proven_s

    @property
    def given_away_s(self) -> float:
        """Talked and not billed; 0 to 5 seconds unless something was lost on the way."""
        return self.talked_s - self.stretch.billed_s


def judge(client: Witness, reader: Witness, stretches: Sequence[Stretch]) -> list[Verdict]:
    """Hold every stretch against what both sides did; talk between stretches counts before."""
    verdicts = []
    ordered = sorted(stretches, key=lambda stretch: stretch.began)
    covered = client.covered(), reader.covered()
    for n, stretch in enumerate(ordered):
        following = ordered[n + 1].began if n + 1 < len(ordered) else float("inf")
        near = (stretch.began - ON_THE_WAY_S, stretch.ended + ON_THE_WAY_S)
        verdicts.append(
            Verdict(
                stretch=stretch,
                proven_s=common(*covered, near),
                talked_s=common(client.talks, reader.talks, (stretch.began, following)),
            )
        )
    return verdicts

"""Every billed stretch held against what its two pages did (R5, R12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from live.models import ReadingSession
from live.states import State
from tests.worst_day.chronicle import now
from tests.worst_day.day import Day
from tests.worst_day.faults import LOSES_BEATS, Injection
from tests.worst_day.model import BEAT_S, TOLERANCE_S, Stretch, Verdict, judge

SLACK_S: Final = 1.5  # the ways of a beat and of the news, on a machine that is busy
_NEAR_S: Final = 20.0


@dataclass
class Judged:
    """The stretches of a day: how many, and the largest differences of each sort."""

    calm: int = 0
    shaken: int = 0
    billed_s: int = 0
    talked_s: float = 0.0
    most_given_away_s: float = 0.0
    most_given_away_shaken_s: float = 0.0
    most_too_much_s: float = 0.0
    findings: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


def of(day: Day, injected: list[Injection]) -> Judged:
    """Judge every stretch of every reading that both pages took part in.

    Where Valkey lost the beats, or the clock jumped, up to one unposted step is given away; never
    is anything billed that no beat proves.
    """
    result = Judged()
    step = float(day.product.environment["METER_STEP_SECONDS"])
    lost = [(one.began, one.ended) for one in injected if one.what in LOSES_BEATS]
    for row in ReadingSession.objects.filter(state=State.ENDED).prefetch_related("stretches"):
        reading = day.readings.get(str(row.pk))
        if reading is None:
            continue
        stretches = [
            Stretch(one.started_at.timestamp(), one.ended_at.timestamp(), one.billed_s)
            for one in row.stretches.all()
        ]
        for witness in reading.witnesses.values():
            witness.look(is_talking=False, at=now())
        found = judge(reading.witnesses["client"], reading.witnesses["reader"], stretches)
        for verdict in found:
            _count(result, verdict, is_shaken=_is_near(verdict.stretch, lost))
        names = (reading.id,)
        result.findings += [(*one, names) for one in _broken(found, lost, step, row.pk)]
    return result


def _count(result: Judged, verdict: Verdict, *, is_shaken: bool) -> None:
    result.billed_s += verdict.stretch.billed_s
    result.talked_s += verdict.talked_s
    result.most_too_much_s = max(result.most_too_much_s, verdict.too_much_s)
    if is_shaken:
        result.shaken += 1
        result.most_given_away_shaken_s = max(result.most_given_away_shaken_s, verdict.given_away_s)
    else:
        result.calm += 1
        result.most_given_away_s = max(result.most_given_away_s, verdict.given_away_s)


def _is_near(stretch: Stretch, lost: list[tuple[float, float]]) -> bool:
    return any(
        began - _NEAR_S <= stretch.ended and stretch.began <= ended + _NEAR_S
        for began, ended in lost
    )


def _broken(
    verdicts: list[Verdict], lost: list[tuple[float, float]], step_s: float, session_id: object
) -> Iterator[tuple[str, str]]:
    for verdict in verdicts:
        shaken = _is_near(verdict.stretch, lost)
        bound = BEAT_S + SLACK_S + (step_s + TOLERANCE_S + BEAT_S if shaken else 0.0)
        billed = f"{session_id} bills {verdict.stretch.billed_s} s"
        if verdict.too_much_s > SLACK_S:
            what = f"{billed}, its beats prove {verdict.proven_s:.1f} s"
            yield "nothing is billed that was not proven", what
        if verdict.given_away_s > bound:
            why = ", beats were lost" if shaken else ""
            what = f"{billed} of {verdict.talked_s:.1f} s talked (bound {bound:.1f} s{why})"
            yield "connected less billed is 0 to 5 s", what

"""What a day came to, as Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.worst_day import invariants
from tests.worst_day.day import Day
from tests.worst_day.faults import Injection
from tests.worst_day.verdicts import Judged

_FINDINGS_EXPLAINED = 5


@dataclass(frozen=True)
class Times:
    """Seconds in which people acted, until all was quiet, and of this process's own CPU."""

    acted_s: float
    quiet_s: float
    cpu_s: float


@dataclass(frozen=True)
class Outcome:
    """A day and what was found about it."""

    day: Day
    injected: list[Injection]
    judged: Judged
    times: Times


def markdown(outcome: Outcome) -> str:
    """The whole report of one day."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    day, plan, times = outcome.day, outcome.day.plan, outcome.times
    findings = day.chronicle.findings
    yield f"## Seed {plan.seed}"
    yield ""
    yield (
        f"{plan.clients} clients, {plan.readers} readers and {plan.hosts} hosts acted for "
        f"{times.acted_s:.0f} s; {day.done} actions; {len(outcome.injected)} faults; quiet "
        f"{times.quiet_s:.0f} s after the last act. The people themselves cost {times.cpu_s:.0f} s "
        f"of CPU. "
        + ("**Nothing was found.**" if not findings else f"**{len(findings)} findings.**")
    )
    yield from _actions(day)
    yield from _faults(outcome.injected)
    yield from _meter(outcome.judged)
    yield from _checked(day)
    yield from _waits(day)
    yield from _found(day)


def _actions(day: Day) -> Iterator[str]:
    yield from ("", "### Actions by kind and answer", "", "| action | answers |", "| --- | --- |")
    for act, answers in sorted(day.answers.items()):
        told = ", ".join(f"{code} {count}" for code, count in answers.most_common())
        yield f"| {act} | {told} |"


def _faults(injected: list[Injection]) -> Iterator[str]:
    by_kind: defaultdict[str, list[Injection]] = defaultdict(list)
    for one in injected:
        by_kind[one.what].append(one)
    yield from ("", "### Faults", "")
    yield "| fault | at second | longest time until everything answered |"
    yield "| --- | --- | --- |"
    for kind, ones in sorted(by_kind.items()):
        times = ", ".join(f"{one.at:.0f}" for one in ones)
        yield f"| {kind} | {times} | {max(one.away_s for one in ones):.1f} s |"


def _meter(judged: Judged) -> Iterator[str]:
    yield from ("", "### The meter", "")
    yield (
        f"{judged.calm + judged.shaken} stretches, {judged.billed_s} s billed of "
        f"{judged.talked_s:.0f} s in which both pages talked. Connected less billed was at most "
        f"{judged.most_given_away_s:.1f} s in {judged.calm} stretches, and at most "
        f"{judged.most_given_away_shaken_s:.1f} s in the {judged.shaken} beside which Valkey lost "
        f"the beats or the clock jumped. Billed beyond what beats prove: at most "
        f"{max(0.0, judged.most_too_much_s):.1f} s (the way of a beat)."
    )


def _checked(day: Day) -> Iterator[str]:
    yield from ("", "### Held once it was quiet", "")
    failed = Counter(finding.rule for finding in day.chronicle.findings)
    meter = ("nothing is billed that was not proven", "connected less billed is 0 to 5 s")
    for words in (*invariants.CHECKS, *meter):
        yield f"- {'**BROKEN** ' if failed[words] else ''}{words}"


def _waits(day: Day) -> Iterator[str]:
    slowest = sorted((caller.slowest for caller in day.callers), reverse=True)[:5]
    errors = Counter(error for caller in day.callers for error in caller.errors_500)
    yield from ("", "### Longest waits for a known outcome", "")
    for took, what in slowest:
        yield f"- {took:.1f} s: {what}"
    if errors:
        yield from ("", "### Answers of 500", "")
        for what, count in errors.most_common():
            yield f"- {count} x {what}"


def _found(day: Day) -> Iterator[str]:
    findings = day.chronicle.findings
    if not findings:
        return
    yield from ("", "### Findings", "")
    for finding in findings:
        yield f"- {finding.rule}: {finding.what}"
    explained: set[str] = set()
    for finding in findings:
        if finding.rule in explained or len(explained) >= _FINDINGS_EXPLAINED:
            continue
        explained.add(finding.rule)
        yield from ("", f"The lines about it ({finding.rule}):", "", "```")
        yield from day.chronicle.explain(finding)
        yield "```"

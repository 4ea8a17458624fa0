"""What the measurements of two browsers say: heard or not, seen or not, both quiet. Pure.

A browser measures what it *receives*: the client's samples tell how the reader was heard and
seen, and the reverse. Only whether a microphone or camera was on is each side's own word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from admin_portal.evidence.entries import MEASUREMENT, Entry, Fact, Lane
from backend.core.templatetags.money import spoken
from live.quality import Stats, level_of

SAMPLE_STANDS_FOR: Final = timedelta(seconds=20)  # one comes every 15 s
UNMEASURED_AFTER: Final = timedelta(seconds=45)
QUIET_LEVEL: Final = 0.01  # of 1: about 40 dB below the loudest
QUIET_SECONDS: Final = 20  # screens.md §1.6
_WEAK_LEVEL: Final = 2
_LOST_LEVEL: Final = 1
_OTHER: Final = {"client": "reader", "reader": "client"}
_SOUND: Final = {"client": Lane.CLIENT_SOUND, "reader": Lane.READER_SOUND}
_PICTURE: Final = {"client": Lane.CLIENT_PICTURE, "reader": Lane.READER_PICTURE}
_TITLES: Final = {
    "good": "{Side} heard well",
    "weak": "{Side}'s sound was weak",
    "lost": "{Side}'s sound was nearly lost",
    "muted": "{Side} was muted",
    "picture": "{Side} seen",
    "stood_still": "{Side}'s picture stood still",
    "camera_off": "{Side}'s camera was off",
    "unmeasured": "Nothing was measured of the {side}",
}


class Sample(NamedTuple):
    """One measurement by ``peer``'s browser; the columns of ``QualitySample``."""

    peer: str
    at: datetime
    rtt_ms: int | None
    loss_pct: float | None
    kbps_in: int | None
    kbps_out: int | None
    audio_level: float | None
    frames: int | None
    microphone: bool | None
    camera: bool | None


class Span(NamedTuple):
    """A stretch of time in which one word was true, and the samples that say so."""

    at: datetime
    until: datetime
    word: str
    samples: tuple[Sample, ...]


Clock = Sequence[tuple[datetime, datetime]]


def entries_of(samples: Sequence[Sample], *, clock: Clock, video: bool) -> list[Entry]:
    """All that the measurements tell, the raw ones included.

    ``clock``: the stretches in which the meter ran; only in these a missing sample is a gap.
    """
    found = [_measured(sample) for sample in samples]
    for side, other in _OTHER.items():
        heard = [sample for sample in samples if sample.peer == other]
        own = [sample for sample in samples if sample.peer == side]
        muted = _spans(own, lambda s: "muted" if s.microphone is False else "")
        found += _told(side, _SOUND[side], [*_spans(heard, _sound), *muted])
        found += _told(side, _SOUND[side], _unmeasured(heard, clock) if heard else [])
        if video:
            off = _spans(own, lambda s: "camera_off" if s.camera is False else "")
            found += _told(side, _PICTURE[side], [*_pictures(heard, off), *off])
    return found + silences(samples)


def silences(samples: Sequence[Sample]) -> list[Entry]:
    """Stretches of more than 20 s in which both browsers heard nothing."""
    by_peer = [
        [span for span in _spans([s for s in samples if s.peer == peer], _loudness) if span.word]
        for peer in _OTHER
    ]
    found = []
    for one in by_peer[0]:
        for other in by_peer[1]:
            at, until = max(one.at, other.at), min(one.until, other.until)
            seconds = round((until - at).total_seconds())
            if seconds > QUIET_SECONDS:
                words = f"Both were quiet for {spoken(seconds)}"
                facts: dict[str, Fact] = {"seconds": seconds}
                found.append(
                    Entry(at, Lane.SILENCE, "quiet", words, _QUIET, until=until, facts=facts)
                )
    return found


_QUIET: Final = "Neither browser heard a sound above -40 dB."


def _sound(sample: Sample) -> str:
    level = level_of(Stats(rtt_ms=sample.rtt_ms, loss_pct=sample.loss_pct), up=True)
    if sample.kbps_in == 0 or level <= _LOST_LEVEL:
        return "lost"
    return "weak" if level <= _WEAK_LEVEL else "good"


def _loudness(sample: Sample) -> str:
    return "quiet" if sample.audio_level is not None and sample.audio_level < QUIET_LEVEL else ""


def _pictures(heard: Sequence[Sample], off: Sequence[Span]) -> list[Span]:
    """Whether frames still arrived; a camera that was off says nothing about the line."""
    stood = {
        later.at
        for earlier, later in pairwise(heard)
        if later.frames is not None and later.frames == earlier.frames
    }
    spans = _spans(heard, lambda s: "stood_still" if s.at in stood else "picture")
    return [
        span
        for span in spans
        if span.word != "stood_still"
        or not any(o.at < span.until and span.at < o.until for o in off)
    ]


def _spans(samples: Iterable[Sample], word_of: Callable[[Sample], str]) -> list[Span]:
    """Neighbouring samples of one word, joined; those of no word are left out.

    A sample speaks for the time since the one before it, at most for 20 seconds.
    """
    spans: list[Span] = []
    before: datetime | None = None
    for sample in samples:
        since = sample.at - SAMPLE_STANDS_FOR
        start = max(before, since) if before else since
        word = word_of(sample)
        last = spans[-1] if spans else None
        if last and word == last.word and last.until == start == before:
            spans[-1] = Span(last.at, sample.at, word, (*last.samples, sample))
        else:
            spans.append(Span(start, sample.at, word, (sample,)))
        before = sample.at
    return [span for span in spans if span.word]


def _unmeasured(heard: Sequence[Sample], clock: Clock) -> list[Span]:
    found = []
    for began, ended in clock:
        marks = [began, *(s.at for s in heard if began <= s.at <= ended), ended]
        found += [
            Span(earlier, later, "unmeasured", ())
            for earlier, later in pairwise(marks)
            if later - earlier > UNMEASURED_AFTER
        ]
    return found


def _told(side: str, lane: Lane, spans: Iterable[Span]) -> list[Entry]:
    return [
        Entry(
            at=span.at,
            lane=lane,
            kind=span.word,
            words=_TITLES[span.word].format(side=side, Side=f"The {side}"),
            detail=_figures(span),
            side=side,
            until=span.until,
            facts=_worst(span.samples),
        )
        for span in spans
    ]


def _figures(span: Span) -> str:
    facts = _worst(span.samples)
    if span.word in ("muted", "camera_off"):
        return "By their own page's word."
    if span.word == "unmeasured":
        return "The other page sent no figures in this time."
    if span.word in ("picture", "stood_still"):
        return "As counted by the other browser's decoded frames."
    loss, rtt = facts["loss_tenths"], facts["rtt_ms"]
    parts = [f"up to {int(loss) / 10:g} % lost"] if loss is not None else []
    parts += [f"{rtt} ms round trip"] if rtt is not None else []
    return f"As the other browser received it: {', '.join(parts)}." if parts else ""


def _worst(samples: Iterable[Sample]) -> dict[str, Fact]:
    kept = list(samples)
    losses = [round(s.loss_pct * 10) for s in kept if s.loss_pct is not None]
    trips = [s.rtt_ms for s in kept if s.rtt_ms is not None]
    return {
        "samples": len(kept),
        "loss_tenths": max(losses, default=None),
        "rtt_ms": max(trips, default=None),
    }


def _measured(sample: Sample) -> Entry:
    other = _OTHER[sample.peer]
    level = None if sample.audio_level is None else round(sample.audio_level * 1000)
    loss = None if sample.loss_pct is None else round(sample.loss_pct * 10)
    return Entry(
        at=sample.at,
        lane=_SOUND[other],
        kind=MEASUREMENT,
        words=f"Measured by the {sample.peer}'s browser",
        side=sample.peer,
        facts={
            "rtt_ms": sample.rtt_ms,
            "loss_tenths": loss,
            "kbps_in": sample.kbps_in,
            "kbps_out": sample.kbps_out,
            "level_thousandths": level,
            "frames": sample.frames,
            "microphone": sample.microphone,
            "camera": sample.camera,
        },
    )

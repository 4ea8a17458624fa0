"""What measurements prove: whose sound, whose picture, and silence only when both are quiet."""

from __future__ import annotations

from datetime import datetime, timedelta

from admin_portal.evidence import media
from admin_portal.evidence.media import Sample


def sample(peer: str, at: datetime, **figures: object) -> Sample:
    plain = {"rtt_ms": 20, "loss_pct": 0.0, "kbps_in": 500, "kbps_out": 500}
    seen = {"audio_level": 0.2, "frames": at.second, "microphone": True, "camera": True}
    return Sample(peer, at, **{**plain, **seen, **figures})  # type: ignore[arg-type]


def both(at: datetime, levels: list[tuple[float, float]]) -> list[Sample]:
    """One sample of each side every 15 s: what the client and the reader heard."""
    found = []
    for n, (client, reader) in enumerate(levels, 1):
        then = at + timedelta(seconds=15 * n)
        found.append(sample("client", then, audio_level=client))
        found.append(sample("reader", then, audio_level=reader))
    return found


def words(samples: list[Sample], at: datetime, *, video: bool = True) -> list[tuple[int, str]]:
    entries = media.entries_of(samples, clock=[], video=video)
    return sorted(
        (round((entry.at - at).total_seconds()), entry.words)
        for entry in entries
        if entry.kind not in ("measured", "good", "picture")
    )


def test_silence_is_silence_of_both_for_more_than_twenty_seconds(at: datetime) -> None:
    one_sided = both(at, [(0.2, 0.0)] * 6)
    short = both(at, [(0.2, 0.2), (0.0, 0.0), (0.2, 0.2)])
    long = both(at, [(0.2, 0.2), (0.0, 0.0), (0.005, 0.0), (0.2, 0.2)])

    assert [media.silences(samples) for samples in (one_sided, short)] == [[], []]
    (quiet,) = media.silences(long)
    assert (quiet.seconds, (quiet.at - at).total_seconds()) == (30, 15)


def test_loss_at_the_clients_browser_is_the_readers_sound(at: datetime) -> None:
    samples = [
        sample("client", at + timedelta(seconds=15), loss_pct=31.0),
        sample("client", at + timedelta(seconds=30), kbps_in=0),
        sample("client", at + timedelta(seconds=45), loss_pct=5.0),
        sample("client", at + timedelta(seconds=60)),
    ]

    assert words(samples, at) == [
        (-5, "The reader's sound was nearly lost"),
        (30, "The reader's sound was weak"),
    ]


def test_case_42_a_muted_or_black_side_shows_although_it_beats(at: datetime) -> None:
    samples = []
    for n in range(1, 5):
        then = at + timedelta(seconds=15 * n)
        samples.append(sample("client", then, frames=40 if n > 1 else 12, audio_level=0.0))
        samples.append(sample("reader", then, microphone=False))

    found = words(samples, at)
    assert (-5, "The reader was muted") in found
    assert (30, "The reader's picture stood still") in found
    assert not [word for _, word in found if "client" in word]


def test_a_camera_that_is_off_is_no_fault_of_the_line(at: datetime) -> None:
    samples = []
    for n in range(1, 4):
        then = at + timedelta(seconds=15 * n)
        samples.append(sample("client", then, frames=40))
        samples.append(sample("reader", then, camera=False))

    assert words(samples, at) == [(-5, "The reader's camera was off")]
    assert words(samples, at, video=False) == []


def test_a_hole_in_the_measurements_is_a_gap_only_while_the_clock_ran(at: datetime) -> None:
    samples = [sample("client", at + timedelta(seconds=n)) for n in (15, 30, 120)]
    clock = [(at, at + timedelta(seconds=60)), (at + timedelta(seconds=110), samples[-1].at)]

    assert not [
        e for e in media.entries_of(samples, clock=clock, video=False) if e.kind == "unmeasured"
    ]
    clock = [(at, samples[-1].at)]
    (gap,) = [
        e for e in media.entries_of(samples, clock=clock, video=False) if e.kind == "unmeasured"
    ]
    assert (gap.seconds, gap.words) == (90, "Nothing was measured of the reader")

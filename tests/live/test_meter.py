"""What the meter shows between settles, from a snapshot and two stamps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.realtime.beats import Beats
from live import meter
from live.facts import Reading
from live.states import Pause, State
from readers import pricing
from tests.conftest import NOON
from tests.live.plain import reading
from tests.live.stage import seconds


def shown(row: Reading, client: float | None, reader: float | None, **more: Any) -> Any:
    role = more.pop("role", "client")
    now: datetime = NOON + seconds(more.pop("now", 100))
    known = meter.moved(row, max_s=3_600)
    return meter.figures(known, sight(client, reader, **more), role=role, now=now)


def sight(client: float | None, reader: float | None, gap: float | None = None) -> Beats:
    instants = [None if s is None else NOON + seconds(s) for s in (client, reader, gap)]
    return Beats(*instants)


def test_the_clock_shows_what_both_have_proven() -> None:
    figures = shown(reading(billable_s=60, segment_start=NOON), 30.9, 33.0)
    assert figures.elapsed_s == 90
    assert figures.cost_cents == 399 * 90 // 60
    assert figures.remaining_s == 1_000 - 90


def test_a_gap_stops_the_clock_before_any_settle() -> None:
    assert shown(reading(), 50, 50, gap=20).elapsed_s == 20


def test_nothing_proven_shows_nothing_more_than_the_last_settle() -> None:
    assert shown(reading(billable_s=60), None, 50).elapsed_s == 60


def test_the_clock_never_runs_past_what_is_funded() -> None:
    figures = shown(reading(funded_s=40), 50, 50)
    assert (figures.elapsed_s, figures.remaining_s) == (40, 0)


@pytest.mark.parametrize("state", [State.CONNECTING, State.PAUSED, State.REQUESTED])
def test_the_clock_stands_unless_active(state: str) -> None:
    assert shown(reading(state, billable_s=61), 50, 50).elapsed_s == 61


def test_the_reader_sees_earnings_and_time_left_only_near_the_end() -> None:
    far = shown(reading(), 60, 60, role="reader")
    near = shown(reading(funded_s=150), 60, 60, role="reader")
    assert far.earned_cents == 399 * 7_000 // 10_000
    assert far.remaining_s is None
    assert near.remaining_s == 90
    assert shown(reading(), 60, 60).earned_cents is None


@pytest.mark.parametrize(
    ("row", "beats", "need"),
    [
        (reading(State.CONNECTING), (99, 98), "up"),
        (reading(State.CONNECTING), (99, 80), "nothing"),
        (reading(State.CONNECTING), (99, None), "nothing"),
        (reading(State.REQUESTED), (99, 99), "nothing"),
        (reading(State.PAUSED), (99, 99), "up"),
        (reading(State.PAUSED, pause=Pause.FUNDS, funded_s=60, billable_s=60), (99, 99), "nothing"),
        (reading(State.PAUSED, pause=Pause.FUNDS, funded_s=90, billable_s=60), (99, 99), "up"),
        (reading(), (99, 99), "nothing"),
        (reading(funded_s=90), (99, 99), "settle"),
    ],
)
def test_a_heartbeat_costs_a_transaction_only_when_the_state_needs_it(
    row: Reading, beats: tuple[float, float], need: str
) -> None:
    known = meter.moved(row, max_s=3_600)
    assert meter.need(known, sight(*beats), NOON + seconds(100)) == need


def test_a_late_beat_is_settled_at_once() -> None:
    known = meter.moved(reading(), max_s=3_600)
    assert meter.need(known, sight(99, 99, gap=30), NOON + seconds(100)) is meter.Need.UP


@given(
    billed=st.integers(0, 3_000),
    client=st.integers(-20, 200),
    reader=st.integers(-20, 200),
    funded=st.integers(0, 4_000),
    rate=st.integers(1, 10_000),
)
def test_the_meter_never_goes_back_nor_past_its_limits(
    billed: int, client: int, reader: int, funded: int, rate: int
) -> None:
    row = reading(billable_s=billed, funded_s=max(funded, billed), rate_per_minute_cents=rate)
    figures = shown(row, client, reader)
    limit = min(max(funded, billed), 3_600)
    assert billed <= figures.elapsed_s <= max(billed, limit)
    assert figures.cost_cents == pricing.price(seconds=figures.elapsed_s, rate_cents=rate)
    assert figures.remaining_s >= 0

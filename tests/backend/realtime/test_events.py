"""The registry: every event has a name, a reader, and a shape that fits on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import orjson
import pytest

from backend.core.ids import uuid7
from backend.realtime import events, parcels, snapshot


@pytest.mark.parametrize("name", sorted(events.REGISTRY))
def test_every_event_says_to_whom_it_goes(name: str) -> None:
    kind = events.REGISTRY[name]

    assert kind.type == name == name.lower()
    assert (kind.__doc__ or "").startswith("To ")
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_two_events_cannot_share_a_name() -> None:
    with pytest.raises(TypeError):

        @dataclass(frozen=True)
        class Again(events.Event):
            """To nobody."""

            type: ClassVar[str] = "meter"


def test_an_absent_value_is_left_out_and_an_empty_one_is_null() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    frame = orjson.loads(parcels.of(events.Meter(61, 405, "active", None, 3, at)).body)

    assert frame["data"] == {
        "elapsed_s": 61,
        "cost_cents": 405,
        "state": "active",
        "pause": None,
        "version": 3,
        "server_time": "2026-03-02T12:00:00Z",
    }
    assert orjson.loads(parcels.of(events.Quality(4, 0, "Good")).body)["data"] == {
        "self": 4,
        "peer": 0,
        "words": "Good",
    }


def test_a_parcel_survives_the_journey() -> None:
    parcel = parcels.of(events.SessionEnded("funds", None, 60, "/r/é/"), only="reader")

    assert parcels.unpack(parcel.packed()) == parcel
    assert parcel.audience == "r"
    assert parcel.closes == 4410


def moved(version: int) -> events.MeterMoved:
    return events.MeterMoved(
        session_id=SESSION,
        version=version,
        kind="voice",
        state="active",
        pause=None,
        billed_s=60,
        segment_start=datetime(2026, 3, 2, 12, 1, 0, 250_000, tzinfo=UTC),
        rate_cents=399,
        increment_s=1,
        free_s=0,
        split_bps=7_000,
        funded_s=300,
        deadline_at=None,
    )


SESSION = uuid7()


def test_the_newest_meter_is_kept_whatever_the_order() -> None:
    snapshot.forget_all()
    for version in (2, 4, 3):
        content = orjson.loads(parcels.of(moved(version)).body)["data"]
        snapshot.keep(snapshot.read(content))

    assert snapshot.of(SESSION) == moved(4)
    snapshot.forget(SESSION)
    assert snapshot.of(SESSION) is None

"""What the engine tells about itself: `/stats` as JSON, `/metrics` for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from live.engine.engine import Engine


def stats(engine: Engine) -> dict[str, Any]:
    """This process and its rooms, as plain values."""
    return {
        "process": engine.config.process_id,
        "viewers": engine.viewers,
        "lag_ms": engine.lag.milliseconds,
        "full": engine.is_full,
        "totals": asdict(engine.totals),
        "rooms": {stream: asdict(room.state()) for stream, room in engine.rooms.items()},
    }


class _Collector:
    """Reads the engine when Prometheus asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Gauges of now, counters since the start."""
        engine = self._engine
        on_air = sum(room.state().host_on_air for room in engine.rooms.values())
        gauges = {
            "viewers": ("People who watch in this process.", engine.viewers),
            "rooms": ("Rooms that this process holds.", len(engine.rooms)),
            "rooms_on_air": ("Rooms that receive sound or picture.", on_air),
            "loop_lag_seconds": ("Median lateness of a timer.", engine.lag.milliseconds / 1_000),
            "full": ("1 while no viewer is taken.", int(engine.is_full)),
        }
        for name, (meaning, value) in gauges.items():
            yield GaugeMetricFamily(f"live_engine_{name}", meaning, value=value)
        for name, count in asdict(engine.totals).items():
            meaning = f"{name.replace('_', ' ').capitalize()} since the start."
            yield CounterMetricFamily(f"live_engine_{name}", meaning, value=count)


def registry(engine: Engine) -> CollectorRegistry:
    """A registry of this engine alone."""
    made = CollectorRegistry()
    made.register(_Collector(engine))  # type: ignore[arg-type]
    return made


def exposition(registered: CollectorRegistry) -> bytes:
    """The text that Prometheus reads."""
    return bytes(generate_latest(registered))

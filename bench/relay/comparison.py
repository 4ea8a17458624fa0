"""Our relay beside the peer's: throughput in a closed loop, then latency at a fixed pace.

Both take turns, several rounds each, and the median round counts: whatever else the machine
does hits both. The load's own share of a core is reported; at 0.9 it, not a server, is full.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, Final

from bench import places
from bench.figures import Figure
from bench.relay import rooms, servers
from bench.relay.servers import Running

ROUNDS: Final = 3
SECONDS: Final = 5.0
IN_FLIGHT: Final = 4
_FULL: Final = 0.9
Measured = dict[str, Any]


def figures(
    figure_id: str, *, number: int, processes: int, goal_ratio: float, per_second: int
) -> list[Figure]:
    """Frames a second and p99 of ours and of the peer."""
    name = servers.peer_name(across=processes > 1)
    with places.database(figure_id.lower()):
        ours, theirs = _take_turns(number, processes, per_second, with_peer=servers.is_there(name))
    rate, p99 = _median(ours, "per_second"), _median(ours, "p99_ms")
    peer_rate, peer_p99 = _median(theirs, "per_second"), _median(theirs, "p99_ms")
    where = "one process" if processes == 1 else f"across {processes} processes"
    return [
        Figure(
            figure_id,
            f"signaling frames a second, {where}",
            "frames/s",
            rate or 0.0,
            peer_rate,
            name,
            f">= {goal_ratio} times",
            bool(rate and peer_rate and rate >= goal_ratio * peer_rate),
            _note(ours[0], theirs[0]),
        ),
        Figure(
            figure_id,
            f"p99 at {per_second:,} frames a second, {where}",
            "ms",
            p99 or 0.0,
            peer_p99,
            name,
            "lower",
            bool(p99 and peer_p99 and p99 < peer_p99),
        ),
    ]


def _take_turns(
    number: int, processes: int, per_second: int, *, with_peer: bool
) -> tuple[list[list[Measured]], list[list[Measured]]]:
    """``([throughput rounds, latency rounds], the peer's)``."""
    readings = rooms.readings(number)
    ours: list[list[Measured]] = [[], []]
    theirs: list[list[Measured]] = [[], []]
    for _ in range(ROUNDS):
        with servers.ours(processes) as running:
            _measure(ours, running, "plain", per_second, partial(rooms.addresses, readings))
        if with_peer:
            with servers.peers(processes) as running:
                plans = partial(rooms.peer_addresses, number)
                _measure(theirs, running, "socketio", per_second, plans)
    return ours, theirs


def _measure(
    into: list[list[Measured]],
    running: list[Running],
    speaks: str,
    per_second: int,
    plans: Callable[[list[int]], str],
) -> None:
    """One round: throughput, then latency, each with sockets of its own."""
    ports = [server.port for server in running]
    for rounds, pace in zip(
        into, ({"in_flight": IN_FLIGHT}, {"per_second": per_second}), strict=True
    ):
        rounds.append(servers.measure(running, plans(ports), speaks, seconds=SECONDS, **pace))


def _median(rounds: list[list[Measured]], what: str) -> float | None:
    """Of the throughput rounds, or (``p99_ms``) of the latency rounds."""
    chosen = rounds[1 if what == "p99_ms" else 0]
    return median(one[what] for one in chosen) if chosen else None


def _note(ours: list[Measured], theirs: list[Measured]) -> str:
    """CPU of the servers for each frame, and whether the load itself was the limit."""
    words = [f"server CPU per frame {_us(ours)}"]
    if theirs:
        words.append(f"peer {_us(theirs)}")
    busiest = max(one["own_cpu"] for one in [*ours, *theirs])
    words.append(f"the load used up to {busiest:.2f} of a core")
    if busiest >= _FULL:
        words.append("which was the limit")
    return ", ".join(words)


def _us(rounds: list[Measured]) -> str:
    return f"{median(one['server_us'] for one in rounds):.1f} µs"

"""Our relay beside the peer's: throughput in a closed loop, then latency at a fixed pace.

Both take turns, several rounds each, and the best round of each counts, because whatever else
the machine does can only make a round worse. Of CPU per frame, which depends less on that, the
median is reported, and the load's own share of a core: at 0.9 it, not a server, is full.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any, Final

from bench import places
from bench.figures import Figure
from bench.relay import rooms, servers
from bench.relay.servers import Running

ROUNDS: Final = 2
SECONDS: Final = 4.0
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
    rate, p99 = _best(ours, "per_second"), _best(ours, "p99_ms")
    peer_rate, peer_p99 = _best(theirs, "per_second"), _best(theirs, "p99_ms")
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
    with ExitStack() as stack:
        mine = stack.enter_context(servers.ours(processes))
        peers = stack.enter_context(servers.peers(processes)) if with_peer else []
        for _ in range(ROUNDS):
            _measure(ours, mine, "plain", per_second, partial(rooms.addresses, readings))
            if with_peer:
                plans = partial(rooms.peer_addresses, number)
                _measure(theirs, peers, "socketio", per_second, plans)
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


def _best(rounds: list[list[Measured]], what: str) -> float | None:
    """The highest of the throughput rounds, or the lowest p99 of the latency rounds."""
    throughput, latency = rounds
    if not throughput:
        return None
    if what == "p99_ms":
        return float(min(one[what] for one in latency))
    return float(max(one[what] for one in throughput))


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

"""B8: memory of one socket process for each 1,000 idle sockets.

Real session sockets, joined and silent. The process is warm (rooms were opened and closed
before), and what it keeps privately is compared before and after the thousand came.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import Final

from bench import places
from bench.figures import Figure
from bench.relay import rooms, servers
from bench.relay.servers import Running

SOCKETS: Final = 1_000
WARM_ROOMS: Final = 50
REST_SECONDS: Final = 3
_MB: Final = 1_000_000


def figures() -> list[Figure]:
    """Ours, then the peer's."""
    name = servers.peer_name()
    with places.database("b8"):
        readings = rooms.readings(SOCKETS // 2 + WARM_ROOMS)
        warm, idle = readings[:WARM_ROOMS], readings[WARM_ROOMS:]
        with servers.ours() as (server,):
            ports = [server.port]
            _open_for_a_moment(rooms.addresses(warm, ports), "plain")
            ours = _grown(server, servers.load(rooms.addresses(idle, ports), "plain", seconds=0))
        peer = None
        if servers.is_there(name):
            with servers.peers() as (server,):
                _open_for_a_moment(rooms.peer_addresses(WARM_ROOMS, [server.port]), "socketio")
                plan = rooms.peer_addresses(SOCKETS // 2, [server.port])
                peer = _grown(server, servers.load(plan, "socketio", seconds=0))
    return [
        Figure(
            "B8",
            "memory per 1,000 idle sockets",
            "MB",
            ours,
            peer,
            name,
            "<= 2 times",
            peer is not None and ours <= 2 * peer,
        )
    ]


def _open_for_a_moment(plan: str, speaks: str) -> None:
    with servers.load(plan, speaks, seconds=0):
        time.sleep(1)
    time.sleep(1)


def _grown(server: Running, sockets: AbstractContextManager[object]) -> float:
    """By how many MB the process has grown with the sockets open."""
    before = server.memory_bytes()
    with sockets:
        time.sleep(REST_SECONDS)
        return (server.memory_bytes() - before) / _MB * 1_000 / SOCKETS

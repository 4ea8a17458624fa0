"""B4: what one viewer of a live stream costs our engine, and Janus, in the same run.

640x480 at 30 pictures a second, VP8 of about 830 kbit/s, and Opus. Every viewer does real ICE
and DTLS and counts its packets undecrypted; one more decodes. The publisher sends what was
encoded before. The load is a process of its own, and its CPU is told apart: from 0.9 of a core
on it may be what is full, and the note says so.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median
from typing import Final
from uuid import uuid4

from bench import places
from bench.figures import Figure
from bench.media import product
from bench.relay import servers
from bench.streams import clicks, clip, janus, ours, rig, stage
from bench.streams.clicks import Took
from bench.streams.rig import Measured, Steady

SIZES: Final = (50, 200)
CLICKS: Final = 7
GOAL_MIB: Final = 0.33
GOAL_MS: Final = 500
_FULL: Final = 0.9
_CORES: Final = 0.95 * (os.cpu_count() or 1)


def figures() -> list[Figure]:
    """Ours, then Janus, with the same load."""
    name = janus.name()
    with clip.kept():
        with places.database("b4"):
            mine = _ours()
            rooms, bares = _clicks()
        theirs = None
        if servers.is_there(name):
            try:
                theirs = _janus()
            except SystemExit as failed:  # ours was measured all the same
                print(f"   {name}: {failed}")
                name = f"{name} (did not work)"
    return [
        *(_cpu(place, mine, theirs, name) for place in range(len(SIZES))),
        _lost(mine, theirs, name),
        _memory(mine, theirs, name),
        _joins(mine, theirs, name),
        *_first_frame(rooms, bares),
    ]


def _ours() -> Measured:
    stream_id = uuid4()
    with (
        ours.engine(servers.free_port(), origins="http://127.0.0.1") as server,
        rig.load() as host,
        rig.load() as load,
    ):
        for end in (host, load):
            end.ask(open="ours", address="127.0.0.1")
        host.ask(publish=ours.host(stream_id))
        return rig.measure(server, load, SIZES, lambda n: ours.viewers(stream_id, n))


def _clicks() -> tuple[list[Took], list[Took]]:
    """The way to the first picture: in the product's room, and on a bare page."""
    web, page, port = (servers.free_port() for _ in range(3))
    os.environ["ENGINE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    os.environ["LIMIT_API_PER_MINUTE"] = "1000000000"  # one viewer, fourteen visits in a minute
    base, bare_base = f"http://localhost:{web}", f"http://127.0.0.1:{page}"
    rooms: list[Took] = []
    bares: list[Took] = []
    with (
        ours.engine(port, origins=f"{base},{bare_base}") as _,
        rig.load() as load,
        product.serving(web),
        ThreadPoolExecutor(1) as rows,  # Django refuses queries where playwright runs its loop
        clicks.chromium() as browser,
    ):
        on = rows.submit(stage.go_live, at=datetime.now(UTC)).result()
        cookie = rows.submit(stage.cookie, on.client).result()
        load.ask(open="ours", address="127.0.0.1")
        load.ask(publish=rows.submit(ours.host, on.stream_id).result())
        with clicks.bare_pages(page, lambda: ours.viewers(on.stream_id, 1)[0], rows):
            for _ in range(CLICKS):
                rooms.append(clicks.in_the_product(browser, base, cookie, on.stream_id))
                bares.append(clicks.bare(browser, bare_base))
    return rooms, bares


def _janus() -> Measured:
    with janus.server() as server, rig.load() as host, rig.load() as load:
        for end in (host, load):
            end.ask(open="janus", url=f"ws://127.0.0.1:{server.port}", address=janus.address())
        host.ask(publish={})
        return rig.measure(server, load, SIZES, lambda n: [{}] * n)


def _cpu(place: int, mine: Measured, theirs: Measured | None, name: str) -> Figure:
    one, other = mine.steady[place], theirs and theirs.steady[place]
    peer = other.cpu_percent if other else None
    return Figure(
        "B4",
        f"CPU per viewer at {one.viewers} viewers",
        "% of a core",
        one.cpu_percent,
        peer,
        name,
        "<= 1.0 times",
        bool(peer and one.cpu_percent <= peer and one.is_whole),
        _note(one) + (f"; peer: {_note(other)}" if other else ""),
    )


def _lost(mine: Measured, theirs: Measured | None, name: str) -> Figure:
    last, other = mine.steady[-1], theirs and theirs.steady[-1]
    return Figure(
        "B4",
        f"packets lost at {last.viewers} viewers",
        "packets",
        last.lost,
        other.lost if other else None,
        name,
        "0",
        last.lost == 0 and last.is_whole,
        f"of {last.packets * rig.STEADY_SECONDS:,.0f}",
    )


def _memory(mine: Measured, theirs: Measured | None, name: str) -> Figure:
    return Figure(
        "B4",
        "memory per viewer",
        "MiB",
        mine.memory_mib,
        theirs.memory_mib if theirs else None,
        name,
        f"<= {GOAL_MIB} MiB",
        mine.memory_mib <= GOAL_MIB,
    )


def _joins(mine: Measured, theirs: Measured | None, name: str) -> Figure:
    return Figure(
        "B4",
        "joins per second",
        "joins/s",
        mine.joins,
        theirs.joins if theirs else None,
        name,
        "none",
        met=True,
        note="both ends' ICE and DTLS on this machine, eight at once while the stream runs; "
        f"server {mine.joining_server_cpu:.2f}, load {mine.joining_load_cpu:.2f} of a core",
    )


def _first_frame(rooms: list[Took], bares: list[Took]) -> list[Figure]:
    asked, clicked = [took.from_asking for took in rooms], [took.from_click for took in rooms]
    bare = [took.from_click for took in bares]
    peer, name = median(bare), "bare WHEP page, same engine"
    return [
        Figure(
            "B4",
            "first frame after asking to come in, median",
            "ms",
            median(asked),
            peer,
            name,
            f"< {GOAL_MS} ms",
            median(asked) < GOAL_MS,
            f"{CLICKS} clicks each; ours {_spread(asked)}, bare {_spread(bare)} from its click",
        ),
        Figure(
            "B4",
            "first frame after the click in the directory, median",
            "ms",
            median(clicked),
            peer,
            name,
            f"< {GOAL_MS} ms",
            median(clicked) < GOAL_MS,
            f"{_spread(clicked)}; the room page and its modules are loaded meanwhile, from "
            "development's server",
        ),
    ]


def _spread(times: list[float]) -> str:
    return f"{min(times):.0f} to {max(times):.0f}"


def _note(one: Steady) -> str:
    """What makes the figure worth believing, or not."""
    words = [
        f"each got {one.kbps:.0f} kbit/s",
        f"{one.lost} packets lost",
        f"the decoding one saw {one.frames:.1f} pictures a second",
        f"server {one.server_cpu:.2f} and load {one.load_cpu:.2f} of a core",
    ]
    if not one.is_whole:
        words.append("THE STREAM DID NOT FLOW")
    if one.silent:
        words.append(f"{one.silent} viewers heard nothing")
    if one.overflowed:
        words.append(f"{one.overflowed} datagrams dropped by full sockets")
    if max(one.server_cpu, one.load_cpu) >= _FULL or one.server_cpu + one.load_cpu >= _CORES:
        words.append("SATURATED")
    return ", ".join(words)

"""B7: from a gift's request to the moment at which each of 500 sockets has read it.

The gift goes the product's whole way: HTTP, the books, the commit, the bus, the sockets of the
room, which sit in another process, as in production. The peer has two processes too, the same
socket server and protocol and the same Redis between them, and hands out what was posted, of the
same length; it knows no people, no money and no database. Of ours the second half alone, from
publishing on, is told apart.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final
from uuid import uuid4

from bench import places
from bench.figures import Figure
from bench.relay import servers
from bench.streams import ours, stage
from bench.web import server

SOCKETS: Final = 500
GIFTS: Final = 120
SENDERS: Final = 20
EVERY_SECONDS: Final = 0.12
GOAL_RATIO: Final = 2.0
GOAL_MS: Final = 100
_LAST_SECONDS: Final = 2.0
_LISTEN_SECONDS_MAX: Final = 120.0
_MS: Final = 1_000_000
_CSRF: Final = "b7" * 16


@dataclass(frozen=True)
class Seen:
    """Milliseconds from the request to each socket, in order, and to the answers; how many
    sockets never saw theirs."""

    milliseconds: list[float]
    answers: list[float]
    missing: int

    @property
    def p99(self) -> float:
        return self.milliseconds[int(0.99 * (len(self.milliseconds) - 1))]


def figures() -> list[Figure]:
    """Ours, then the raw fan-out."""
    os.environ["SECRET_KEY"] = server.SECRET_KEY  # whoever signs in here is known there
    with places.database("b7"), ours.engine(servers.free_port(), origins="http://127.0.0.1"):
        mine, told = _gifts()
        theirs = _raw()
    peer = "raw fan-out, same server"
    whole = mine.missing == 0 and mine.p99 <= min(GOAL_RATIO * theirs.p99, GOAL_MS)
    half = told.missing == 0 and told.p99 <= GOAL_RATIO * theirs.p99
    return [
        Figure(
            "B7",
            f"gift sent to seen by {SOCKETS} sockets, p99",
            "ms",
            mine.p99,
            theirs.p99,
            peer,
            f"<= {GOAL_RATIO:g} times, < {GOAL_MS} ms",
            whole,
            f"{GIFTS} gifts; {_spread(mine)}; peer {_spread(theirs)}",
        ),
        Figure(
            "B7",
            f"of it from published to seen by {SOCKETS} sockets, p99",
            "ms",
            told.p99,
            theirs.p99,
            peer,
            f"<= {GOAL_RATIO:g} times",
            half,
            _spread(told),
        ),
    ]


def _spread(seen: Seen) -> str:
    words = f"median {median(seen.milliseconds):.1f} ms, worst {seen.milliseconds[-1]:.0f} ms, "
    words += f"the sender had an answer after a median of {median(seen.answers):.1f} ms"
    return words + (f", {seen.missing} NEVER SEEN" if seen.missing else "")


def _gifts() -> tuple[Seen, Seen]:
    """From the request on, and from publishing on."""
    from backend.realtime import rooms
    from backend.realtime.publish import publish
    from live.streams import quotes

    now = datetime.now(UTC)
    on = stage.go_live(at=now)
    senders = [stage.cookie(sender) for sender in stage.givers(SENDERS, at=now)]
    audience = stage.audience(SOCKETS)
    kind = quotes.tray(now)[0]
    order = {"kind_id": str(kind["id"]), "quote": kind["quote"], "anonymous": False}
    with servers.ours() as (sockets,), server.serving("backend.config.wsgi:application") as web:
        line = _Line(web)

        def send(number: int) -> str:
            gift_id = str(uuid4())
            session = f"{server.SESSION_COOKIE}={senders[number % SENDERS]}"
            cookies = f"{session}; {server.CSRF_COOKIE}={_CSRF}"
            headers = {"Cookie": cookies, "X-CSRFToken": _CSRF}
            path = f"/api/v1/streams/{on.stream_id}/gifts/"
            body = json.dumps({"gift_id": gift_id, **order}).encode()
            line.post(path, body, headers, wanted=201)
            return gift_id

        for number in range(SENDERS):
            send(number)  # a warm process, as after its first minute
        line.hang_up()  # the server would, while the sockets are opened
        plan = stage.addresses(on.stream_id, audience, sockets.port)
        whole = _measure(plan, send)

        def tell(number: int) -> str:
            told = stage.gift_event(str(uuid4()), number)
            publish(told, to=rooms.stream(on.stream_id))
            return str(told.id)

        plan = stage.addresses(on.stream_id, audience, sockets.port)
        return whole, _measure(plan, tell)


def _raw() -> Seen:
    with servers.ours(2, "bench.streams.raw:application") as (sockets, web):
        line = _Line(web.port)

        def send(number: int) -> str:
            gift_id = str(uuid4())
            line.post("/", stage.gift_frame(gift_id, number), {}, wanted=204)
            return gift_id

        return _measure("\n".join([f"{sockets.port} /"] * SOCKETS), send)


def _measure(plan: str, send: Any) -> Seen:
    """Send gifts at a steady pace while all of the plan's sockets listen."""
    sent: dict[str, int] = {}
    answers = []
    with servers.load(plan, "listen", seconds=_LISTEN_SECONDS_MAX) as listeners:
        began = time.monotonic()
        for number in range(GIFTS):
            time.sleep(max(0.0, began + number * EVERY_SECONDS - time.monotonic()))
            asked = time.monotonic_ns()
            sent[send(number)] = asked
            answers.append((time.monotonic_ns() - asked) / _MS)
        time.sleep(_LAST_SECONDS)
        listeners.terminate()
        said, _ = listeners.communicate(timeout=60)
    took = [
        (int(at) - sent[gift_id]) / _MS
        for gift_id, at in (line.split() for line in said.splitlines())
        if gift_id in sent
    ]
    return Seen(sorted(took), answers, GIFTS * SOCKETS - len(took))


class _Line:
    """A connection that stays open, as a browser's does."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("localhost", port)

    def post(self, path: str, body: bytes, headers: dict[str, str], *, wanted: int) -> None:
        """One request.

        :raises SystemExit: the answer is another than ``wanted``.
        """
        headers = {"Content-Type": "application/json", **headers}
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != wanted:
            raise SystemExit(f"A gift was refused: {answer.status} {said[:300]!r}")

    def hang_up(self) -> None:
        """Let go; the next request dials again."""
        self._connection.close()

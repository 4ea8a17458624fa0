"""Doors of our own, for tests, scripts and demos: clock, faults, webhooks.

What can be made to happen to an object (pay, dispute, refund …) is in ``happenings``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.stripe_sandbox.acts import agendas
from backend.stripe_sandbox.couriers import TIMEOUT_SECONDS, post
from backend.stripe_sandbox.errors import ApiError, malformed
from backend.stripe_sandbox.faults import WebhookModes
from backend.stripe_sandbox.happenings import HAPPENINGS, happening
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

Act = Callable[[dict[str, Any], dict[str, Any]], Any]
_SETTLE_WAIT_SECONDS = 10.0


def routes(world: World) -> list[Route]:
    """Every control door, under ``/_sandbox/``."""
    doors = Controls(world)
    return [
        Route("/_sandbox/health", _door(doors.health), methods=["GET"]),
        Route("/_sandbox/reset", _door(doors.reset), methods=["POST"]),
        Route("/_sandbox/clock", _door(doors.clock), methods=["GET", "POST"]),
        Route("/_sandbox/faults", _door(doors.order_fault), methods=["POST"]),
        Route("/_sandbox/faults", _door(doors.clear_faults), methods=["DELETE"]),
        Route("/_sandbox/faults", _door(doors.faults), methods=["GET"]),
        Route("/_sandbox/webhooks", _door(doors.webhooks), methods=["GET", "POST"]),
        Route("/_sandbox/deliveries", _door(doors.deliveries), methods=["GET"]),
        Route("/_sandbox/quiet", doors.quiet, methods=["GET"]),
        Route("/_sandbox/events/{event}/redeliver", _door(doors.redeliver), methods=["POST"]),
        Route("/_sandbox/deliver", doors.deliver, methods=["POST"]),
        *(
            Route(f"/_sandbox{path}", _door(happening(world, act)), methods=["POST"])
            for path, act in HAPPENINGS.items()
        ),
    ]


def _door(act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def door(request: Request) -> Response:
        try:
            asked = await request.json() if await request.body() else {}
            if not isinstance(asked, dict):
                raise malformed("Send a JSON object.", "", "parameter_invalid")
            return JSONResponse(act(asked, dict(request.path_params)))
        except ApiError as error:
            return JSONResponse(error.body, error.status)
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse(malformed(repr(error), "", "parameter_invalid").body, 400)

    return door


class Controls:
    """What the control doors do. Each takes the JSON body and the path's parts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def health(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """GET /_sandbox/health: it is up."""
        return {"ok": True}

    def reset(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """POST /_sandbox/reset: forget everything but the seed; ids never come again."""
        with self.world.store.transaction():
            self.world.store.forget()
        self.world.faults.clear()
        self.world.webhooks = WebhookModes()
        return {"ok": True}

    def clock(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """POST /_sandbox/clock {"advance": seconds} or {"at": second}; GET shows it.

        {"frozen": true} lets it stand still until it is moved or let go again. What is due by the
        new time happens at once: sessions expire, refunds and payouts arrive, disputes are lost.
        """
        world = self.world
        with world.store.transaction():
            if "frozen" in asked:
                world.freeze(frozen=bool(asked["frozen"]))
            ahead = float(asked.get("advance", 0))
            if "at" in asked:
                ahead = float(asked["at"]) - world.now()
            if ahead < 0:
                raise malformed("The clock never goes back.", "advance", "parameter_invalid")
            world.advance(ahead)
            world.store.db.execute("UPDATE delivery SET due = due - ?", [ahead])
        agendas.run_due(world)
        world.wake()
        return {"now": world.now()}

    def faults(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """GET /_sandbox/faults: those still to come."""
        return {"faults": [asdict(fault) for fault in self.world.faults.waiting]}

    def order_fault(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """POST /_sandbox/faults {"match", "kind", "times", "seconds"}."""
        return asdict(self.world.faults.order(asked))

    def clear_faults(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """DELETE /_sandbox/faults."""
        self.world.faults.clear()
        return {"faults": []}

    def webhooks(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """POST /_sandbox/webhooks {mode: value}; GET shows the modes."""
        modes = self.world.webhooks.change(asked)
        self.world.wake()
        return modes

    def deliveries(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """GET /_sandbox/deliveries: the last 200, newest first."""
        rows = self.world.store.db.execute(
            "SELECT seq, event, endpoint, tries, due, state, answer FROM delivery"
            " ORDER BY seq DESC LIMIT 200"
        )
        names = ("seq", "event", "endpoint", "tries", "due", "state", "answer")
        return {"deliveries": [dict(zip(names, row, strict=True)) for row in rows]}

    async def quiet(self, request: Request) -> Response:
        """GET /_sandbox/quiet: answer when no delivery waits any more, at most 10 s later."""
        until = time.monotonic() + _SETTLE_WAIT_SECONDS
        while (waiting := self._waiting()) and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return JSONResponse({"waiting": waiting}, 200 if not waiting else 504)

    def _waiting(self) -> int:
        sql = "SELECT count(*) FROM delivery WHERE state = 'waiting'"
        return int(self.world.store.db.execute(sql).fetchone()[0])

    async def deliver(self, request: Request) -> Response:
        """POST /_sandbox/deliver {"events": [ids]}: send these now, in this order, one by one.

        The queue, its modes and ``stopped`` do not matter. Answers what each address said.
        """
        asked = await request.json()
        said = []
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            for event_id in asked["events"]:
                event = self.world.store.get(event_id)
                if event is None:
                    return JSONResponse({"missing": event_id}, 404)
                said += [await post(self.world, http, event, to) for to in self.world.takers(event)]
        return JSONResponse({"answers": said})

    def redeliver(self, asked: dict[str, Any], path: dict[str, Any]) -> Any:
        """POST /_sandbox/events/{id}/redeliver: send it once more."""
        self.world.queue(_event(self.world, path["event"]))
        return {"ok": True}


def _event(world: World, event_id: str) -> Body:
    """An event of either API."""
    return world.store.get(event_id, "v2.core.event") or world.need("event", event_id)

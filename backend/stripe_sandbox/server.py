"""The ASGI application: API, hosted pages, control doors, and the courier's life."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.stripe_sandbox import api, controls, pages
from backend.stripe_sandbox.acts import balances, core_events, observers
from backend.stripe_sandbox.couriers import Courier
from backend.stripe_sandbox.store import Store
from backend.stripe_sandbox.world import World

NOWHERE = ("", "")
_METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]


def build(
    *,
    folder: Path,
    base_url: str,
    webhook: tuple[str, str] = NOWHERE,
    thin_webhook: tuple[str, str] = NOWHERE,
    seed: str = "",
) -> ASGIApp:
    """The application over the database in ``folder`` (made when absent).

    ``webhook`` and ``thin_webhook`` are an address and its secret.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = World(Store(folder / "stripe_sandbox.sqlite3"), base_url)
    if seed and world.store.fact("seed") is None:
        world.store.remember("seed", seed)
    balances.open_books(world)
    if webhook[0]:
        observers.ensure(world, url=webhook[0], secret=webhook[1])
    if thin_webhook[0]:
        core_events.ensure(world, url=thin_webhook[0], secret=thin_webhook[1])

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(Courier(world).work())
        yield
        work.cancel()

    async def answer_api(request: Request) -> Response:
        try:
            return await api.answer(world, request)
        except api.ConnectionLost:
            request.scope["break"]()
            return Response()

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/v1/{path:path}", answer_api, methods=_METHODS),
            Route("/v2/{path:path}", answer_api, methods=_METHODS),
            *pages.routes(world),
            *controls.routes(world),
            Route("/{path:path}", answer_api, methods=_METHODS),
        ],
    )
    app.state.world = world
    return _Breakable(app)


class _Breakable:
    """Let an answer break its connection: Starlette would turn an exception into a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # uvicorn's ``send`` is a method of its request cycle, which holds the transport.
            scope["break"] = send.__self__.transport.abort  # type: ignore[attr-defined]
        await self.app(scope, receive, send)

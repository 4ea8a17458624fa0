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
from backend.stripe_sandbox.acts import balances, observers
from backend.stripe_sandbox.couriers import Courier
from backend.stripe_sandbox.store import Store
from backend.stripe_sandbox.world import World

_METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]


def build(
    *, folder: Path, base_url: str, webhook_url: str = "", webhook_secret: str = "", seed: str = ""
) -> ASGIApp:
    """The application over the database in ``folder`` (made when absent)."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(Store(folder / "stripe_sandbox.sqlite3"), base_url)
    if seed and world.store.fact("seed") is None:
        world.store.remember("seed", seed)
    balances.open_books(world)
    if webhook_url:
        observers.ensure(world, url=webhook_url, secret=webhook_secret)

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

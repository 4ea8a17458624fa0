"""One engine process: HTTP, the beat, orders and the lag probe on one event loop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import asdict
from typing import Final

import structlog
import uvicorn

from live.engine import doors, internals
from live.engine.board import POST_SECONDS, Board
from live.engine.cascade import Cascade
from live.engine.config import Config
from live.engine.engine import Engine

log = structlog.get_logger(__name__)
OPENING_SECONDS: Final = 0.05


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(serve(config))


async def serve(config: Config) -> None:
    """Serve on the running loop until a signal."""
    internals.prepare(config.bind_addresses)
    engine = Engine(config, Board(config))
    cascade = Cascade(engine)
    server = uvicorn.Server(
        uvicorn.Config(
            doors.application(engine),
            host=config.host,
            port=config.port,
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=2,
        )
    )
    beside = [
        asyncio.create_task(engine.lag.watch()),
        asyncio.create_task(beat(engine, cascade, server)),
        asyncio.create_task(engine.board.hear(engine.obey)),
    ]
    # When uvicorn has closed its doors it raises the signal again, and the default would end us
    # before we have left the board: for seconds people would be sent to a dead process.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        await server.serve()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await engine.board.leave()
        with suppress(TimeoutError):
            await asyncio.wait_for(engine.close(), 5)


async def beat(engine: Engine, cascade: Cascade, server: uvicorn.Server) -> None:
    """Once a second: read deny lists, feed edges, post our state; nothing before doors are open."""
    while not server.started:  # noqa: ASYNC110  (uvicorn tells it by a flag alone)
        await asyncio.sleep(OPENING_SECONDS)
    while True:
        try:
            await once(engine, cascade)
        except Exception as error:  # noqa: BLE001  (one bad beat must not be the last)
            log.error("engine_beat_failed", error=repr(error))
        await asyncio.sleep(POST_SECONDS)


async def once(engine: Engine, cascade: Cascade) -> None:
    """One beat."""
    for stream, users in (await engine.board.denied(engine.rooms)).items():
        if stream in engine.rooms and users != engine.rooms[stream].denied:
            await engine.deny(engine.rooms[stream], users)
    engine.sweep()
    await cascade.tend()
    beat_now = {
        "id": engine.config.process_id,
        "url": engine.config.public_url,
        "viewers": engine.viewers,
        "lag_ms": engine.lag.milliseconds,
        "full": engine.is_full,
    }
    rooms = {stream: asdict(room.state()) for stream, room in engine.rooms.items()}
    await engine.board.post(beat_now, rooms)

"""The engine that carries streams, and what happens to it after a commit.

No engine is called inside a transaction: what must follow a change waits for its commit here,
and a call that fails is made again by the sweep.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.core import engines
from live.ports import EngineFull, EngineRefused, EngineUnreachable, StreamEngine

log = structlog.get_logger(__name__)
FAILURES: Final = (EngineRefused, EngineUnreachable, EngineFull)


def engine() -> StreamEngine:
    """The engine that this site runs on."""
    found: StreamEngine = engines.load("stream_engine")
    return found


def close(stream_id: UUID, user_id: UUID | None = None) -> bool:
    """End a room, or put one person out of it; whether the engine answered."""
    try:
        engine().close(stream_id=stream_id, user_id=user_id)
    except FAILURES:
        log.warning("room_not_closed", stream_id=str(stream_id), user_id=str(user_id or ""))
        return False
    return True


def close_after_commit(stream_id: UUID) -> None:
    """End a room once the current transaction has committed."""
    transaction.on_commit(partial(close, stream_id), robust=True)

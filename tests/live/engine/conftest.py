"""Fixtures of the engine's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from live.engine import internals
from tests.live.engine.peers import Peers
from tests.live.engine.process import engine, engine_of_the_run, stream

__all__ = ["engine", "engine_of_the_run", "stream"]


@pytest.fixture
async def peers() -> AsyncIterator[Peers]:
    """Hosts and viewers that leave when the test ends."""
    internals.prepare(["127.0.0.1"])
    made = Peers()
    yield made
    await made.leave()

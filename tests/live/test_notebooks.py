"""Samples of many pages are written together, and a database that is away ends no socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from live import notebooks
from live.notebooks import Notebook
from live.quality import Stats
from live.services.evidence import Sample
from live.states import Peer

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Pen:
    """Runs nothing: keeps what it was asked to have written."""

    def __init__(self) -> None:
        self.pages: list[int] = []
        self.is_broken = False
        self.has_written = asyncio.Event()

    async def __call__(self, service: Any, samples: list[Sample]) -> None:
        if self.is_broken:
            raise ConnectionError("no database")
        self.pages.append(len(samples))
        self.has_written.set()


def sample() -> Sample:
    return Sample(uuid4(), Peer.CLIENT, Stats(rtt_ms=30), None, NOW)


async def test_what_waits_is_written_in_one_go_when_a_page_leaves() -> None:
    notebook, pen = Notebook(), Pen()
    for _ in range(3):
        notebook.add(sample(), pen)
    assert pen.pages == []

    await notebook.write(pen)
    await notebook.write(pen)

    assert pen.pages == [3]


async def test_many_are_written_before_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "SAMPLES_AT_ONCE", 2)
    notebook, pen = Notebook(), Pen()
    for _ in range(3):
        notebook.add(sample(), pen)
    await asyncio.sleep(0)

    assert sum(pen.pages) >= 2


async def test_what_waits_is_written_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "WAIT_SECONDS", 0.01)
    notebook, pen = Notebook(), Pen()
    notebook.add(sample(), pen)

    await asyncio.wait_for(pen.has_written.wait(), 5)

    assert pen.pages == [1]


async def test_a_database_that_is_away_costs_samples_and_nothing_else() -> None:
    notebook, pen = Notebook(), Pen()
    notebook.add(sample(), pen)
    pen.is_broken = True
    await notebook.write(pen)

    pen.is_broken = False
    notebook.add(sample(), pen)
    await notebook.write(pen)

    assert pen.pages == [1]

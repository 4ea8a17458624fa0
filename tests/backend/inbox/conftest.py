"""A source of events of our own, whose handlers each test registers."""

from __future__ import annotations

import pytest

from backend.inbox import registry


@pytest.fixture(autouse=True)
def _no_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlings", {})

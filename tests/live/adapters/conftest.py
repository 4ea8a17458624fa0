"""Fixtures of the adapters' tests."""

from __future__ import annotations

from tests.live.engine.process import engine

__all__ = ["engine"]

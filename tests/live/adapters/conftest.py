"""Fixtures of the adapters' tests."""

from __future__ import annotations

from tests.live.engine.process import engine, engine_of_the_run

__all__ = ["engine", "engine_of_the_run"]

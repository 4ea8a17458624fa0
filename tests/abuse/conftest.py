"""The world of the strangers (``tests/house``), for those who come to break it."""

from __future__ import annotations

from tests.house.conftest import world  # noqa: F401  (one world, built the same way)

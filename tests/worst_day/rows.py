"""Reading the product's rows from here, on a connection that no crash has left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections

Found = TypeVar("Found")


async def ask(question: Callable[..., Found], *args: Any) -> Found:
    """What ``question`` finds, in a thread of its own."""

    def on_a_fresh_connection() -> Found:
        connections.close_all()
        try:
            return question(*args)
        finally:
            connections.close_all()

    return await asyncio.to_thread(on_a_fresh_connection)

"""Advisory locks: a sweep that runs alone, without waiting."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_FAMILY = 0x5E38  # our own half of the two-integer lock space


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Hold the session-level advisory lock ``name``; yields False at once if another has it.

    Session-level, because a sweep commits batch by batch while it holds it.
    """
    number = zlib.crc32(name.encode()) & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_FAMILY, number])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_FAMILY, number])

"""Identifiers. One kind everywhere: UUID version 7 (RFC 9562), so that ids sort by birth."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_A = (1 << 12) - 1
_RANDOM_B = (1 << 62) - 1


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits.

    Made in Python because PostgreSQL gained ``uuidv7()`` only in version 18.
    """
    millis = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    return UUID(
        int=(millis << 80)
        | _VERSION_7
        | ((chance >> 62) & _RANDOM_A) << 64
        | _VARIANT
        | (chance & _RANDOM_B)
    )


def parsed(text: str) -> UUID | None:
    """The UUID that ``text`` spells; None when it spells none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def born_at(id_: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((id_.int >> 80) / 1_000, UTC)


def first_id_of(at: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond: where a list in their order is cut."""
    millis = max(0, round(at.timestamp() * 1_000))  # none is older than 1970
    return UUID(int=(millis << 80) | _VERSION_7 | _VARIANT)

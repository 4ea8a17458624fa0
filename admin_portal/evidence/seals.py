"""Hashes: of what somebody wrote, and of one record upon the other. Pure.

A text is sealed together with the message's own key, which its sender's page chose and which
nobody else is shown. So a short text cannot be guessed from its seal, and once the row is
forgotten the seal says nothing any more, while the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

NO_HASH: Final = "0" * 64  # what stands before the first record


def of_text(*, message_id: UUID, key: str, text: str) -> str:
    """The seal of one message, as hex."""
    return _sha256(f"{message_id}\n{key}\n{text}")


def canonical(content: Mapping[str, Any]) -> str:
    """One and only one way of writing ``content``: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def of_record(*, previous: str, seq: int, at: datetime, lane: str, kind: str, content: str) -> str:
    """The hash of one record of a chain.

    SHA-256 over six lines: the hash before, the number, the instant in UTC with microseconds,
    the lane, the kind, the content as ``canonical`` writes it.
    """
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256("\n".join([previous, str(seq), instant, lane, kind, content]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

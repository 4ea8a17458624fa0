"""Idempotency keys: the first answer to a key is every answer to it, for a day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from backend.stripe_sandbox.errors import ApiError
from backend.stripe_sandbox.world import DAY_SECONDS, World

KEY_CHARS_MAX = 255


@dataclass(frozen=True)
class Kept:
    """A remembered answer."""

    status: int
    body: dict[str, Any]


def begin(world: World, scope: str, key: str, request: str) -> Kept | None:
    """Claim ``key`` for ``request``, or the answer that it already has.

    :raises ApiError: 400 the key belongs to another request; 409 it is still running.
    """
    if len(key) > KEY_CHARS_MAX:
        raise ApiError(400, "Idempotency keys may be 255 characters at most.", kept=False)
    digest = hashlib.sha256(request.encode()).hexdigest()
    db = world.store.db
    row = db.execute(
        "SELECT digest, status, body, at FROM answer WHERE scope = ? AND key = ?", [scope, key]
    ).fetchone()
    if row and row[3] < world.now() - DAY_SECONDS:
        db.execute("DELETE FROM answer WHERE at < ?", [world.now() - DAY_SECONDS])
        row = None
    if row is None:
        db.execute(
            "INSERT INTO answer (scope, key, digest, at) VALUES (?, ?, ?, ?)",
            [scope, key, digest, world.now()],
        )
        return None
    if row[0] != digest:
        raise ApiError(
            400,
            f"Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}'.",
            type="idempotency_error",
            kept=False,
        )
    if row[1] is None:
        raise in_progress(key)
    return Kept(row[1], json.loads(row[2]))


def in_progress(key: str) -> ApiError:
    """The 409 of a key whose first request is still running."""
    return ApiError(
        409,
        f"There is currently another in-progress request using this Idempotent Key: {key}",
        type="idempotency_error",
        code="idempotency_key_in_use",
        kept=False,
    )


def finish(world: World, scope: str, key: str, answer: Kept) -> None:
    """Remember the answer, a 500 too."""
    world.store.db.execute(
        "UPDATE answer SET status = ?, body = ? WHERE scope = ? AND key = ?",
        [answer.status, json.dumps(answer.body), scope, key],
    )


def release(world: World, scope: str, key: str) -> None:
    """Nothing ran: the key is free again."""
    world.store.db.execute(
        "DELETE FROM answer WHERE scope = ? AND key = ? AND status IS NULL", [scope, key]
    )

"""Uploaded files: evidence in a dispute. Only what they are is kept, and their bytes' length."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

PURPOSES = ("dispute_evidence", "identity_document", "additional_verification")
EVIDENCE_BYTES_MAX = 5_000_000
_TYPES = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


def keep(world: World, *, purpose: str, name: str, content: bytes) -> Body:
    """POST /v1/files.

    :raises errors.ApiError: 400, an unknown purpose, or no PDF, PNG or JPEG of at most 5 MB.
    """
    if purpose not in PURPOSES:
        raise errors.malformed(f"Invalid purpose: {purpose}", "purpose", "parameter_invalid")
    kind = next((kind for start, kind in _TYPES.items() if content.startswith(start)), None)
    if kind is None or len(content) > EVIDENCE_BYTES_MAX:
        raise errors.refused(
            "The file must be a PDF, PNG or JPEG of at most 5 MB.", "invalid_file", "file"
        )
    return world.store.add(
        "file",
        {
            "id": world.new_id("file"),
            "object": "file",
            "created": world.now(),
            "expires_at": None,
            "filename": name,
            "links": None,
            "purpose": purpose,
            "size": len(content),
            "title": None,
            "type": kind,
            "url": None,
        },
    )


def retrieve(world: World, asked: dict[str, Any], file: str) -> Body:
    """GET /v1/files/{id}."""
    return world.need("file", file, "file")

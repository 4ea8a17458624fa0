"""Whether a user may still sit at a socket."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import User


def is_good(user_id: UUID) -> bool:
    """The user exists, is active and is not frozen."""
    return User.objects.filter(id=user_id, is_active=True, frozen_at=None).exists()

"""The gate of our own room: every user may open the socket of their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.core.errors import NotFound
from backend.realtime import tickets

if TYPE_CHECKING:
    from backend.accounts.models import User


@tickets.gate("me")
def enter_me(user: User, rest: str | None) -> str:
    """The user's own role.

    :raises NotFound: there is nothing below ``me``.
    """
    if rest is not None:
        raise NotFound
    return str(user.role)

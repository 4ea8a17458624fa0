"""The snapshot of a user's own pages, put together from what the apps above know.

    @me.shows("unread")
    def unread_of(user: User) -> int: ...

Known parts: ``active_session`` ({id, state, kind, role, peer_name, url} or None), ``unread``
(int) and ``status`` (readers: {status, kinds, reason}). A part nobody shows keeps its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.realtime.events import Snapshot

Part = Callable[[User], Any]
_PARTS: Final = ("active_session", "unread", "status")
_shown: dict[str, Part] = {}


def shows(name: str) -> Callable[[Part], Part]:
    """Register who knows a part of the snapshot.

    :raises ValueError: the snapshot has no such part.
    """
    if name not in _PARTS:
        raise ValueError(f"the snapshot has no part {name!r}")

    def register(part: Part) -> Part:
        _shown[name] = part
        return part

    return register


def snapshot_of(user_id: UUID) -> Snapshot:
    """Everything a page that has just connected wants to know.

    :raises Forbidden: the user is gone, inactive or frozen.
    """
    user = User.objects.filter(id=user_id, is_active=True, frozen_at=None).first()
    if user is None:
        raise Forbidden
    parts: dict[str, Any] = {"active_session": None, "unread": 0, "status": None}
    parts |= {name: part(user) for name, part in _shown.items()}
    return Snapshot(user={"id": user.id, "role": user.role}, **parts)

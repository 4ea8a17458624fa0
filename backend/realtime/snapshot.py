"""What the meter of each session counts from, newest version first, in this process (R17).

Whoever changes a session's row publishes ``events.MeterMoved`` to its room; the sockets of the
room keep it here, so a heartbeat is answered without a query. On a miss (the first heartbeat, or
after an outage of the bus, when versions may have been missed) the socket reads the row once
and ``keep``s it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.realtime.events import MeterMoved

KEPT_MAX: Final = 20_000
_kept: OrderedDict[UUID, MeterMoved] = OrderedDict()


def keep(moved: MeterMoved) -> None:
    """Remember it, unless a newer version is known."""
    known = _kept.get(moved.session_id)
    if known is None or known.version <= moved.version:
        _kept[moved.session_id] = moved
        _kept.move_to_end(moved.session_id)
        if len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)


def of(session_id: UUID) -> MeterMoved | None:
    """The newest that is known."""
    return _kept.get(session_id)


def forget(session_id: UUID) -> None:
    """The session is over, or its last socket here has closed."""
    _kept.pop(session_id, None)


def forget_all() -> None:
    """Versions may have been missed."""
    _kept.clear()


def read(content: Mapping[str, Any]) -> MeterMoved:
    """The event as it came over the bus."""
    instants = {
        name: datetime.fromisoformat(content[name]) if content[name] else None
        for name in ("segment_start", "deadline_at")
    }
    return MeterMoved(**{**content, **instants, "session_id": UUID(content["session_id"])})

"""What streams ask of whatever carries sound and picture to many viewers (realtime.md §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from backend.core.errors import Unavailable, Upstream


class EngineRefused(Upstream):
    """The engine will not do this, now or later."""

    code = "engine_refused"


class EngineUnreachable(Unavailable):
    """Nobody knows whether the engine did it; asking again is safe."""

    code = "engine_unreachable"


class EngineFull(Unavailable):
    """Every process of the engine holds as many viewers as it may."""

    code = "engine_full"


@dataclass(frozen=True)
class Grant:
    """What one person's page needs to send (host) or to watch (viewer) one stream, once.

    Never stored: made per join, valid until ``expires_at``. The embedded engine uses ``url``
    (where the page posts its SDP offer) and ``ice_servers``; Agora uses the rest.
    """

    engine: Literal["embedded", "agora"]
    role: Literal["host", "viewer"]
    token: str
    expires_at: datetime
    url: str = ""
    ice_servers: Sequence[Mapping[str, Any]] = ()
    app_id: str = ""
    channel: str = ""
    uid: int = 0
    host_uid: int = 0


@dataclass(frozen=True)
class RoomStats:
    """One running room. ``None`` where an engine cannot tell."""

    viewers: int | None = None
    host_on_air: bool | None = None
    host_gone_since: datetime | None = None
    kbps: int | None = None
    loss_pct: float | None = None


class StreamEngine(Protocol):
    """Whatever carries one host's sound and picture to a room of viewers."""

    def open(self, *, stream_id: UUID) -> None:
        """Make ready for a stream. Calling again changes nothing.

        :raises EngineUnreachable: ask again.
        """

    def host_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """Let the host publish.

        :raises EngineFull: no process has room.
        :raises EngineUnreachable: ask again.
        """

    def viewer_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """Let one viewer watch, and nothing else.

        :raises EngineFull: no process has room.
        :raises EngineUnreachable: ask again.
        """

    def close(self, *, stream_id: UUID, user_id: UUID | None = None) -> None:
        """End the room, or put one person out of it and keep them out.

        :raises EngineUnreachable: ask again.
        """

    def stats(self, *, stream_ids: Sequence[UUID]) -> dict[UUID, RoomStats]:
        """The rooms of these that are running now.

        :raises EngineUnreachable: ask again.
        """

"""Agora: ``StreamEngine`` by tokens that Agora's own builder signs; the pages do the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from agora_token_builder import RtcTokenBuilder
from agora_token_builder.RtcTokenBuilder import Role_Publisher, Role_Subscriber
from django.conf import settings

from live.ports import Grant, RoomStats

TOKEN_SECONDS_MAX: Final = 3_600
_UID_BYTES: Final = 4


class AgoraEngine:
    """One channel for each stream, named by its id.

    Agora has no call here that opens a channel, counts it or puts somebody out: a room exists
    while people are in it, a person who was put out gets no further token, and viewers draw the
    host's uid only.
    """

    def open(self, *, stream_id: UUID) -> None:
        """See ``StreamEngine``. A channel opens by itself."""

    def host_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """See ``StreamEngine``. The host's uid is the stream's, so that viewers know it."""
        return _grant("host", stream_id=stream_id, uid=host_uid(stream_id), at=at)

    def viewer_grant(self, *, stream_id: UUID, user_id: UUID, at: datetime) -> Grant:
        """See ``StreamEngine``."""
        uid = uid_of(user_id)
        if uid == host_uid(stream_id):
            uid = uid ^ 1 or 2
        return _grant("viewer", stream_id=stream_id, uid=uid, at=at)

    def close(self, *, stream_id: UUID, user_id: UUID | None = None) -> None:
        """See ``StreamEngine``. What is left lasts no longer than its token."""

    def stats(self, *, stream_ids: Sequence[UUID]) -> dict[UUID, RoomStats]:
        """See ``StreamEngine``. Nothing is known of any of them."""
        return {stream_id: RoomStats() for stream_id in stream_ids}


def uid_of(person: UUID) -> int:
    """A number for Agora that is always the same for ``person``: 32 bits, never 0."""
    return int.from_bytes(hashlib.sha256(person.bytes).digest()[:_UID_BYTES]) or 1


def host_uid(stream_id: UUID) -> int:
    """The uid under which the host of a stream publishes."""
    return uid_of(stream_id)


def _grant(role: Literal["host", "viewer"], *, stream_id: UUID, uid: int, at: datetime) -> Grant:
    expires_at = at + timedelta(seconds=min(settings.AGORA_TOKEN_SECONDS, TOKEN_SECONDS_MAX))
    channel = str(stream_id)
    token = RtcTokenBuilder.buildTokenWithUid(
        settings.AGORA_APP_ID,
        settings.AGORA_APP_CERTIFICATE,
        channel,
        uid,
        Role_Publisher if role == "host" else Role_Subscriber,
        int(expires_at.timestamp()),
    )
    return Grant(
        engine="agora",
        role=role,
        token=token,
        expires_at=expires_at,
        app_id=settings.AGORA_APP_ID,
        channel=channel,
        uid=uid,
        host_uid=host_uid(stream_id),
    )

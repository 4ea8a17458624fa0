"""End sign-ins: the browser sessions and API tokens of a person, and their open sockets."""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from backend.accounts import announcements
from backend.core.announcements import announce


@transaction.atomic
def revoke_all(*, user_id: UUID, keep: str | None = None) -> int:
    """End every sign-in of a user but ``keep`` (a session key); how many were ended.

    Tokens die with their sessions. Sockets close all the same: a kept page opens them again.
    """
    ended = 0
    for signed_in in UserSession.objects.filter(user_id=user_id).exclude(session_key=keep):
        signed_in.end()
        ended += 1
    announce(announcements.SessionsRevoked(user_id=user_id))
    return ended

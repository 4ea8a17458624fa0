"""API tokens: allauth issues and rotates them; ours is only what happens on a replay.

A refresh token is used once (ADR 0008). When one comes a second time, somebody holds a copy, and we
cannot know who: the whole sign-in it belongs to ends, for the thief and the owner alike.
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from allauth.usersessions.models import UserSession
from django.db import transaction

from backend.accounts.announcements import SessionsRevoked
from backend.core.announcements import announce

log = structlog.get_logger(__name__)


class TokenStrategy(JWTTokenStrategy):  # type: ignore[misc]
    """15-minute access tokens, rotating refresh tokens, and an end to a stolen pair."""

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """A new (access, refresh) pair, or ``None`` when the token is worth nothing.

        Two requests with one token meet at the sign-in's row: the first gets the pair, the
        second is a replay.
        """
        payload = internal.decode_token(refresh_token, "refresh")
        if payload is None:
            return None
        session_key = internal.session_key_from_sid(payload["sid"])
        with transaction.atomic():
            signed_in = (
                UserSession.objects.select_for_update().filter(session_key=session_key).first()
            )
            if signed_in is None:
                return None
            pair: tuple[str, str] | None = super().refresh_token(refresh_token)
            if pair is None:
                log.warning("refresh_token_replayed", user_id=str(signed_in.user_id))
                signed_in.end()
                announce(SessionsRevoked(user_id=signed_in.user_id))
        return pair


def end_session_of(payload: dict[str, Any]) -> None:
    """End the sign-in that a token's claims name, if it still is one."""
    session_key = internal.session_key_from_sid(payload["sid"])
    for signed_in in UserSession.objects.filter(session_key=session_key):
        signed_in.end()

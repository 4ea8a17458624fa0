"""STUN and TURN for a reading: a list with credentials that expire (coturn's shared secret)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID


def credentials(*, secret: str, user_id: UUID, at: datetime, ttl_seconds: int) -> tuple[str, str]:
    """Name and password for coturn's ``use-auth-secret``; the name carries the expiry."""
    name = f"{int(at.timestamp()) + ttl_seconds}:{user_id}"
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(digest).decode()


def servers(
    *,
    stun_urls: list[str],
    turn_urls: list[str],
    secret: str,
    user_id: UUID,
    at: datetime,
    ttl_seconds: int,
) -> list[dict[str, Any]]:
    """The ``iceServers`` of a browser; empty without any, which is enough on one LAN."""
    found: list[dict[str, Any]] = []
    if stun_urls:
        found.append({"urls": stun_urls})
    if turn_urls and secret:
        name, password = credentials(secret=secret, user_id=user_id, at=at, ttl_seconds=ttl_seconds)
        found.append({"urls": turn_urls, "username": name, "credential": password})
    return found

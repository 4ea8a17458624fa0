"""TURN credentials as coturn's shared-secret scheme checks them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from live import ice
from tests.conftest import NOON

USER = UUID(int=7)


def test_the_name_carries_its_expiry_and_the_password_is_its_signature() -> None:
    name, password = ice.credentials(secret="s3cret", user_id=USER, at=NOON, ttl_seconds=7_200)
    assert name == f"{int(NOON.timestamp()) + 7_200}:{USER}"
    expected = hmac.new(b"s3cret", name.encode(), hashlib.sha1).digest()
    assert base64.b64decode(password) == expected


def servers(**changes: object) -> list[dict[str, object]]:
    asked = {
        "stun_urls": [],
        "turn_urls": [],
        "secret": "",
        "user_id": USER,
        "at": NOON,
        "ttl_seconds": 7_200,
    }
    return ice.servers(**{**asked, **changes})  # type: ignore[arg-type]


def test_without_servers_the_list_is_empty() -> None:
    assert servers() == []
    assert servers(turn_urls=["turn:t.test"]) == [], "a TURN server needs its secret"


def test_stun_and_turn_are_listed_in_a_browsers_words() -> None:
    stun, turn = servers(stun_urls=["stun:s.test"], turn_urls=["turn:t.test"], secret="x")
    assert stun == {"urls": ["stun:s.test"]}
    assert set(turn) == {"urls", "username", "credential"}

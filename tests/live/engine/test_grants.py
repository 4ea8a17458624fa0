"""Grants, their one use, and where rooms are placed."""

from __future__ import annotations

import time

import jwt
import pytest

from live.engine import grants, placement
from live.engine.config import Config
from live.engine.errors import BadGrant
from live.engine.grants import Gate

KEY = "a-key-for-grants-of-at-least-32-bytes"


def _signed(**changed: object) -> str:
    now = int(time.time())
    claims = {
        "iss": grants.ISSUER,
        "aud": grants.AUDIENCE,
        "sub": "ada",
        "stream": "s",
        "role": "viewer",
        "jti": "j",
        "iat": now,
        "exp": now + 60,
        **changed,
    }
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, KEY, algorithm="HS256")


def test_a_good_grant_is_read_until_it_is_used() -> None:
    gate, token = Gate(KEY), _signed()

    assert gate.read(token) == gate.read(token)
    gate.use(gate.read(token))

    with pytest.raises(BadGrant):
        gate.read(token)


def test_of_two_who_read_a_grant_at_once_one_uses_it() -> None:
    gate = Gate(KEY)
    one, other = gate.read(_signed()), gate.read(_signed())
    gate.use(one)

    with pytest.raises(BadGrant):
        gate.use(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"aud": "another-engine"},
        {"role": "admin"},
        {"exp": int(time.time()) - 30},
        {"iat": int(time.time()) - 3_600},  # before this process began
        {"iat": int(time.time()) + 3_600},
        {"jti": None},
        {"sub": None},
        {"stream": None},
        {"stream": 7},
        {"exp": None},
    ],
)
def test_every_claim_is_checked(changed: dict[str, object]) -> None:
    gate = Gate(KEY)

    with pytest.raises(BadGrant):
        gate.read(_signed(**changed))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5_000])
def test_what_is_no_grant_is_refused(token: str) -> None:
    with pytest.raises(BadGrant):
        Gate(KEY).read(token)


def test_an_unsigned_grant_is_refused() -> None:
    claims = jwt.decode(_signed(), options={"verify_signature": False})

    with pytest.raises(BadGrant):
        Gate(KEY).read(jwt.encode(claims, "", algorithm="none"))


def test_what_was_used_is_forgotten_when_its_date_refuses_it() -> None:
    gate = Gate(KEY)
    for number, expires in enumerate((int(time.time()) - 60, int(time.time()) + 60)):
        gate.use(grants.Grant("ada", "s", "viewer", str(number), expires))

    gate.forget_expired()

    assert set(gate._used) == {"1"}


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Config(
            process_id="a", grant_key="short", public_url="", redis_url="redis://", redis_prefix="x"
        )


def test_a_process_that_goes_moves_only_the_rooms_it_held() -> None:
    rooms = [str(number) for number in range(300)]
    before = {room: placement.ranked(room, ["a", "b", "c"]) for room in rooms}
    after = {room: placement.ranked(room, ["c", "a"]) for room in rooms}

    assert all(after[room][0] == before[room][0] for room in rooms if before[room][0] != "b")
    assert all(after[room][0] == before[room][1] for room in rooms if before[room][0] == "b")

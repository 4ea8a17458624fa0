"""What every stream engine must do, asked of both of ours."""

from __future__ import annotations

import struct
import uuid
import zlib
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from pytest_django.fixtures import Settings

from backend.core import engines
from live.adapters import agora
from live.ports import Grant, StreamEngine
from tests.live.engine.process import EngineProcess

APP_ID, CERTIFICATE = "a" * 32, "c" * 32
JOIN, SOUND, PICTURE, MESSAGES = 1, 2, 3, 4  # Agora's privileges
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(params=["agora", "embedded"])
def adapter(
    request: pytest.FixtureRequest, settings: Settings, engine: EngineProcess
) -> StreamEngine:
    """Each engine in turn, loaded as the product loads it."""
    settings.AGORA_APP_ID, settings.AGORA_APP_CERTIFICATE = APP_ID, CERTIFICATE
    name = {"agora": "agora.AgoraEngine", "embedded": "embedded.EmbeddedEngine"}[request.param]
    settings.ENGINES = {**settings.ENGINES, "stream_engine": f"live.adapters.{name}"}
    if request.param == "embedded":
        engine.wait_for_beat()
    return engines.load("stream_engine")


@pytest.fixture
def people() -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A stream, its host, and a viewer."""
    return uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


def _grants(adapter: StreamEngine, people: tuple[uuid.UUID, ...]) -> tuple[Grant, Grant]:
    stream, host, viewer = people
    return (
        adapter.host_grant(stream_id=stream, user_id=host, at=NOW),
        adapter.viewer_grant(stream_id=stream, user_id=viewer, at=NOW),
    )


def test_a_grant_says_which_engine_role_and_end(
    adapter: StreamEngine, people: tuple[uuid.UUID, ...]
) -> None:
    host, viewer = _grants(adapter, people)

    assert (host.role, viewer.role) == ("host", "viewer")
    assert host.engine == viewer.engine
    for grant in (host, viewer):
        assert NOW < grant.expires_at <= NOW + timedelta(hours=1)
        assert grant.token
    assert host.token != viewer.token


def test_a_host_may_publish_and_a_viewer_may_only_watch(
    adapter: StreamEngine, people: tuple[uuid.UUID, ...], settings: Settings
) -> None:
    host, viewer = (_rights(grant, settings.ENGINE_GRANT_KEY) for grant in _grants(adapter, people))

    assert (host, viewer) == ("publishes", "watches")


def test_opening_and_closing_may_be_repeated(
    adapter: StreamEngine, people: tuple[uuid.UUID, ...]
) -> None:
    stream, _, viewer = people
    for _ in range(2):
        adapter.open(stream_id=stream)
        adapter.close(stream_id=stream, user_id=viewer)
        adapter.close(stream_id=stream)


def test_nothing_is_invented_about_rooms(
    adapter: StreamEngine, people: tuple[uuid.UUID, ...]
) -> None:
    assert adapter.stats(stream_ids=[]) == {}
    for stats in adapter.stats(stream_ids=[people[0]]).values():
        assert (stats.viewers, stats.host_on_air) == (None, None)


def test_agora_s_tokens_hold_app_channel_uid_role_and_expiry(
    settings: Settings, people: tuple[uuid.UUID, ...]
) -> None:
    settings.AGORA_APP_ID, settings.AGORA_APP_CERTIFICATE = APP_ID, CERTIFICATE
    settings.AGORA_TOKEN_SECONDS = 7_200
    host, viewer = _grants(agora.AgoraEngine(), people)
    in_an_hour = int(NOW.timestamp()) + 3_600

    assert host.uid == viewer.host_uid == host.host_uid
    for grant in (host, viewer):
        token = _agora_token(grant.token)
        assert (grant.app_id, grant.channel) == (APP_ID, str(people[0]))
        assert token["app"] == APP_ID
        assert token["channel"] == zlib.crc32(grant.channel.encode())
        assert token["uid"] == zlib.crc32(str(grant.uid).encode())
        assert set(token["rights"].values()) == {in_an_hour}
    assert set(_agora_token(host.token)["rights"]) == {JOIN, SOUND, PICTURE, MESSAGES}
    assert set(_agora_token(viewer.token)["rights"]) == {JOIN}


def test_a_person_has_the_same_uid_everywhere_and_never_zero() -> None:
    people = [uuid.uuid4() for _ in range(200)]

    assert [agora.uid_of(person) for person in people] == [agora.uid_of(p) for p in people]
    assert all(0 < agora.uid_of(person) < 2**32 for person in people)


def test_who_is_put_out_at_agora_shares_no_uid_with_the_host(people: tuple[uuid.UUID, ...]) -> None:
    stream = people[0]

    grant = agora.AgoraEngine().viewer_grant(stream_id=stream, user_id=stream, at=NOW)

    assert grant.uid not in {0, grant.host_uid}


def _rights(grant: Grant, key: str) -> str:
    if grant.engine == "agora":
        return "publishes" if SOUND in _agora_token(grant.token)["rights"] else "watches"
    still = {"verify_exp": False}  # a slow run
    claims = jwt.decode(grant.token, key, ["HS256"], still, audience="live-engine")
    assert grant.url.rsplit("/", 2)[1] == {"host": "whip", "viewer": "whep"}[claims["role"]]
    assert grant.url.endswith(f"/{claims['stream']}")
    return {"host": "publishes", "viewer": "watches"}[claims["role"]]


def _agora_token(token: str) -> dict[str, Any]:
    """A token of layout 006, read with nothing of the package that wrote it."""
    assert token[:3] == "006"
    packed = b64decode(token[35:])
    (signature,) = struct.unpack_from("<H", packed)
    channel, uid, length = struct.unpack_from("<IIH", packed, 2 + signature)
    message = packed[12 + signature :][:length]
    salt_and_time, count = 8, struct.unpack_from("<H", message, 8)[0]
    pairs = [
        struct.unpack_from("<HI", message, salt_and_time + 2 + 6 * number)
        for number in range(count)
    ]
    return {"app": token[3:35], "channel": channel, "uid": uid, "rights": dict(pairs)}

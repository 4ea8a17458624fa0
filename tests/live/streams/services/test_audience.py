"""The look at all rooms: counts, hosts who come and go, rooms that the engine should close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import RedisError

from backend.core import redis
from live.models import Stream
from live.services import requests
from live.states import Peer
from live.stream_states import HostIs, StreamState
from live.streams.services import audience
from live.streams.tasks import sweep_rooms
from readers import selectors as readers
from tests import builders
from tests.live.stage import Stage, committed
from tests.live.streams.stage import (
    Studio,
    denied,
    engine_forgets,
    engine_room,
    rise,
    sit,
)

pytestmark = pytest.mark.django_db


def sweep(studio: Studio) -> Stream:
    audience.sweep(at=studio.now)
    committed()
    return Stream.objects.get(pk=studio.stream.pk)


def test_the_engine_s_count_rises_and_falls_and_the_peak_stays(live: Studio) -> None:
    for viewers in (3, 5, 1):
        engine_room(live.stream.id, viewers=viewers)
        assert sweep(live).viewers_now == viewers

    assert live.row().viewers_peak == 5


def test_without_the_engine_s_count_people_in_the_room_count_once_each(live: Studio) -> None:
    engine_forgets(live.stream.id)
    one, two = live.viewer(), live.viewer()
    sit(live.stream.id, live.host, "host")
    first = sit(live.stream.id, one)
    sit(live.stream.id, one)
    sit(live.stream.id, two, "moderator")
    assert sweep(live).viewers_now == 2

    rise(live.stream.id, first)
    assert sweep(live).viewers_now == 2, "the other page of the same person is open"
    redis.client().delete(redis.key("roster", f"streams/{live.stream.id}"))
    assert sweep(live).viewers_now == 0


def test_a_seat_that_was_not_refreshed_for_a_minute_does_not_count(live: Studio) -> None:
    engine_forgets(live.stream.id)
    member = sit(live.stream.id, live.viewer())
    now = int(redis.client().time()[0]) * 1000
    redis.client().zadd(redis.key("roster", f"streams/{live.stream.id}"), {member: now - 61_000})

    assert sweep(live).viewers_now == 0


def test_the_room_hears_of_a_count_only_when_it_changed(
    live: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("backend.realtime.publish._send", told.extend)
    engine_room(live.stream.id, viewers=2)
    for _ in range(3):
        sweep(live)

    counts = [one for _, one in told if b"viewer-count" in one.body]
    assert len(counts) == 1


def test_a_host_s_picture_comes_goes_and_comes_back(live: Studio) -> None:
    assert sweep(live).host_is == HostIs.ON_AIR
    engine_room(live.stream.id, on_air=False, gone_since=live.now)
    live.wait(5)
    away = sweep(live)
    assert (away.host_is, away.back_at) == (HostIs.AWAY, live.now + timedelta(seconds=55))
    engine_room(live.stream.id)
    back = sweep(live)

    assert (back.host_is, back.back_at) == (HostIs.ON_AIR, None)
    assert back.version == away.version + 1


def test_a_host_who_is_gone_for_a_minute_ends_the_stream(live: Studio) -> None:
    sweep(live)
    engine_room(live.stream.id, on_air=False, gone_since=live.now)
    for _ in range(12):
        assert sweep(live).is_live
        live.wait(5)
    ended = sweep(live)

    assert (ended.state, ended.end_reason) == (StreamState.ENDED, "host_gone")


def test_a_host_who_never_appears_ends_the_stream(live: Studio) -> None:
    engine_forgets(live.stream.id)
    live.wait(59)
    assert sweep(live).is_live
    live.wait(1)

    assert sweep(live).end_reason == "host_gone"


def test_an_engine_that_does_not_answer_ends_nothing(live: Studio) -> None:
    class Deaf:
        def stats(self, **_: Any) -> Any:
            from live.ports import EngineUnreachable

            raise EngineUnreachable

    live.wait(600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("live.streams.carriage.engine", Deaf)
        assert sweep(live).is_live


def test_on_agora_the_room_s_own_sockets_tell(live: Studio, settings: Any) -> None:
    settings.ENGINES = settings.ENGINES | {"stream_engine": "live.adapters.agora.AgoraEngine"}
    sit(live.stream.id, live.viewer())
    redis.client().set(audience.host_key(live.stream.id), "{}")
    assert (sweep(live).viewers_now, live.row().host_is) == (1, HostIs.ON_AIR)

    redis.client().delete(audience.host_key(live.stream.id))
    assert sweep(live).host_is == HostIs.AWAY
    live.wait(60)
    assert sweep(live).end_reason == "host_gone"


def test_valkey_out_of_reach_moves_nothing(live: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_: Any) -> Any:
        raise RedisError

    live.wait(600)
    before = live.row().version
    monkeypatch.setattr("backend.realtime.rosters.count", out_of_reach)

    assert sweep(live).version == before


def test_an_engine_that_did_not_hear_of_the_end_is_told_again(live: Studio) -> None:
    live.end()
    redis.client().delete(*redis.client().scan_iter(match="*engine:denied*"))
    sweep(live)
    assert denied(live.stream.id) == {"*"}

    redis.client().delete(*redis.client().scan_iter(match="*engine:denied*"))
    engine_forgets(live.stream.id)
    sweep(live)
    assert denied(live.stream.id) == set(), "its room is gone, so it has heard"


def test_a_live_host_can_be_rung_and_the_room_sees_the_reading(live: Studio) -> None:
    stage = reading_with(live)
    assert readers.by_id(live.host.pk, now=live.now).status == "online"
    stage.request()
    assert sweep(live).host_is == HostIs.ON_AIR, "a ring is not a reading"
    stage.accept()

    room = live.row()
    assert (room.host_is, room.back_at) == (
        HostIs.IN_READING,
        live.now + timedelta(seconds=3_660),
    )
    engine_room(live.stream.id, on_air=False, gone_since=live.now)
    stage.wait(200)
    live.now = stage.now
    assert sweep(live).host_is == HostIs.IN_READING
    engine_room(live.stream.id)
    stage.hangup(Peer.READER)
    assert live.row().host_is == HostIs.ON_AIR


def test_after_a_reading_a_host_without_a_picture_has_a_minute(live: Studio) -> None:
    stage = reading_with(live)
    stage.request()
    stage.accept()
    engine_room(live.stream.id, on_air=False, gone_since=live.now)
    stage.wait(300)
    stage.hangup(Peer.CLIENT)

    room = live.row()
    assert (room.host_is, room.back_at) == (HostIs.AWAY, stage.now + timedelta(seconds=60))


def test_a_declined_ring_leaves_the_room_alone(live: Studio) -> None:
    sweep(live)
    before = live.row().version
    stage = reading_with(live)
    stage.request()
    requests.decline(session_id=stage.session.id, at=stage.now)
    committed()

    assert live.row().version == before


def test_the_sweep_is_a_job(live: Studio) -> None:
    engine_room(live.stream.id, viewers=4)

    assert sweep_rooms() == 1
    assert live.row().viewers_now == 4


def reading_with(live: Studio) -> Stage:
    """A reading's stage whose reader is the host."""
    stage = Stage(live.now)
    stage.profile, stage.reader = live.profile, live.host
    builders.be_online(live.profile, at=live.now)
    return stage

"""The life of a stream: it moves only where a stream can go, and the engine is asked first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.test import override_settings

from backend.accounts.services import accounts
from backend.core.errors import Forbidden, IllegalMove, NotFound, Refused
from live.errors import Suspended
from live.models import Stream
from live.ports import EngineFull, EngineUnreachable
from live.stream_states import MOVES, EndReason, HostIs, StreamState
from live.streams.errors import AlreadyLive
from live.streams.services import streams
from readers.models import ReaderProfile
from tests import builders
from tests.live.stage import committed
from tests.live.streams.stage import Studio, denied, engine_runs, engine_stops

pytestmark = pytest.mark.django_db
_S = StreamState


def acts(studio: Studio) -> dict[StreamState, Callable[[], Any]]:
    this = {"stream_id": studio.stream.id, "at": studio.now}
    return {
        _S.LIVE: partial(streams.start, host=studio.host, **this),
        _S.ENDED: partial(streams.end, reason=EndReason.HOST, **this),
        _S.CANCELLED: partial(streams.cancel, host=studio.host, **this),
    }


def bring_to(studio: Studio, state: StreamState) -> None:
    if state in (_S.LIVE, _S.ENDED):
        studio.start()
    if state == _S.ENDED:
        studio.end()
    if state == _S.CANCELLED:
        acts(studio)[_S.CANCELLED]()


@pytest.mark.parametrize(("now", "to"), list(product(_S, [_S.LIVE, _S.ENDED, _S.CANCELLED])))
def test_a_stream_moves_along_its_moves_and_nowhere_else(
    studio: Studio, now: StreamState, to: StreamState
) -> None:
    bring_to(studio, now)
    before = Stream.objects.values().get(pk=studio.stream.pk)

    try:
        acts(studio)[to]()
        refused = False
    except IllegalMove:
        refused = True

    after = Stream.objects.values().get(pk=studio.stream.pk)
    if to in MOVES[now]:
        assert (after["state"], after["version"]) == (to, before["version"] + 1)
    else:
        assert after == before
        assert refused is (to != now), "repeating what was done is harmless"


def test_going_live_gives_the_host_a_grant_and_a_minute_to_appear(studio: Studio) -> None:
    grant = streams.start(host=studio.host, stream_id=studio.stream.id, at=studio.now)
    row = studio.row()

    assert (grant.role, grant.url) == ("host", f"http://engine.test/whip/{row.id}")
    assert (row.started_at, row.host_is) == (studio.now, HostIs.AWAY)
    assert row.back_at == studio.now + timedelta(seconds=60)


def test_starting_again_only_gives_a_new_grant(live: Studio) -> None:
    before = live.row()
    live.wait(5)
    again = streams.start(host=live.host, stream_id=live.stream.id, at=live.now)

    assert again.role == "host"
    assert (live.row().version, live.row().started_at) == (before.version, before.started_at)


def test_a_reader_is_live_in_one_room(live: Studio) -> None:
    other = live.make(title="Another")
    with pytest.raises(AlreadyLive):
        streams.start(host=live.host, stream_id=other.id, at=live.now)

    assert Stream.objects.get(pk=other.pk).state == _S.SCHEDULED


@pytest.mark.parametrize("outage", [engine_stops, partial(engine_runs, full=True)])
def test_without_an_engine_nobody_goes_live(studio: Studio, outage: Callable[[], None]) -> None:
    outage()
    before = Stream.objects.values().get(pk=studio.stream.pk)
    with pytest.raises((EngineUnreachable, EngineFull)) as refused:
        streams.start(host=studio.host, stream_id=studio.stream.id, at=studio.now)

    assert refused.value.status == 503
    assert Stream.objects.values().get(pk=studio.stream.pk) == before


@override_settings(STREAMS_BY_AGORA=True, AGORA_APP_ID="a" * 32, AGORA_APP_CERTIFICATE="b" * 32)
def test_on_agora_the_same_start_gives_a_publisher_s_token(studio: Studio, settings: Any) -> None:
    settings.ENGINES = settings.ENGINES | {"stream_engine": "live.adapters.agora.AgoraEngine"}
    grant = streams.start(
        host=studio.host, stream_id=studio.stream.id, at=datetime.now().astimezone()
    )

    assert (grant.engine, grant.role, grant.channel) == ("agora", "host", str(studio.stream.id))


def test_only_a_reader_in_good_standing_with_a_public_page_goes_live(studio: Studio) -> None:
    this = {"stream_id": studio.stream.id, "at": studio.now}
    with pytest.raises(NotFound):
        streams.start(host=builders.a_reader(at=studio.now).user, **this)
    ReaderProfile.objects.filter(pk=studio.host.pk).update(published_at=None)
    with pytest.raises(Refused):
        streams.start(host=studio.host, **this)
    studio.host.frozen_at = studio.now
    with pytest.raises(Suspended):
        streams.start(host=studio.host, **this)
    studio.host.frozen_at, studio.host.role = None, "client"
    with pytest.raises(Forbidden):
        streams.start(host=studio.host, **this)

    assert studio.row().state == _S.SCHEDULED


def test_who_was_suspended_on_the_way_does_not_go_live(studio: Studio) -> None:
    accounts.freeze(user_id=studio.host.pk, at=studio.now)

    with pytest.raises(Suspended):  # ``studio.host`` was read before
        streams.start(host=studio.host, stream_id=studio.stream.id, at=studio.now)

    assert studio.row().state == _S.SCHEDULED


def test_an_end_tells_what_it_came_to_and_shuts_the_engine_s_room(live: Studio) -> None:
    Stream.objects.filter(pk=live.stream.pk).update(viewers_now=3, viewers_peak=9)
    live.wait(125)
    ended = live.end()
    summary = streams.summary_of(ended)

    assert (ended.state, ended.end_reason, ended.viewers_now) == (_S.ENDED, "host", 0)
    assert (summary.seconds, summary.peak_viewers, summary.earned_cents) == (125, 9, 0)
    assert denied(live.stream.id) == {"*"}


def test_ending_twice_is_ending_once(live: Studio) -> None:
    first = live.end()
    live.wait(60)

    assert live.end().ended_at == first.ended_at


def test_a_stream_ends_though_the_engine_is_out_of_reach(live: Studio, settings: Any) -> None:
    settings.ENGINES = settings.ENGINES | {"stream_engine": f"{__name__}.DeafEngine"}
    live.end()

    assert live.row().state == _S.ENDED


class DeafEngine:
    """An engine that nothing reaches."""

    def __getattr__(self, name: str) -> Any:
        def out_of_reach(**_: Any) -> Any:
            raise EngineUnreachable

        return out_of_reach


def test_a_stranger_cannot_end_it(live: Studio) -> None:
    for stranger in (live.viewer(), builders.a_reader(at=live.now).user):
        with pytest.raises(Forbidden):
            streams.end_by(user=stranger, stream_id=live.stream.id, at=live.now)

    assert live.row().is_live


def test_a_suspended_host_s_stream_ends(live: Studio) -> None:
    accounts.freeze(user_id=live.host.pk, reason="fraud", at=live.now)
    committed()

    assert (live.row().state, live.row().end_reason) == (_S.ENDED, "frozen")
    assert denied(live.stream.id) == {"*"}


def test_an_end_that_was_decided_on_old_news_does_not_happen(live: Studio) -> None:
    seen = live.row().version
    Stream.objects.filter(pk=live.stream.pk).update(version=seen + 1)
    with pytest.raises(IllegalMove):
        streams.end(
            stream_id=live.stream.id, reason=EndReason.HOST_GONE, at=live.now, seen_version=seen
        )

    assert live.row().is_live

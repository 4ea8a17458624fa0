"""A stream on the real engine: who watches, whether the host is there, who is kept out."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from live.models import Stream
from live.ports import EngineUnreachable, Grant
from live.stream_states import HostIs
from live.streams.services import audience, entries, expulsions, streams
from tests.live.engine.conftest import engine, engine_of_the_run, peers
from tests.live.engine.peers import Peers, ask, post
from tests.live.engine.process import EngineProcess
from tests.live.streams.stage import Studio, engine_stops
from tests.live.test_socket import run

__all__ = ["engine", "engine_of_the_run", "peers"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(90)]


@pytest.fixture
async def studio(engine: EngineProcess) -> Studio:
    """A host who is about to go live on the real engine."""
    made: Studio = await run(Studio, datetime.now(UTC))
    await run(engine_stops)  # the one of the stage only beats
    await sync_to_async(engine.wait_for_beat)()
    return made


async def go_live(studio: Studio) -> Grant:
    return await run(
        streams.start, host=studio.host, stream_id=studio.stream.id, at=datetime.now(UTC)
    )


async def join(studio: Studio, user: Any) -> Grant:
    entry = await run(entries.join, user=user, stream_id=studio.stream.id, at=datetime.now(UTC))
    return entry.grant


async def seen(
    studio: Studio, holds: Callable[[Stream], bool], seconds: float = 15
) -> tuple[Stream, float]:
    """Sweep each half second until something holds; how long that took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        await run(audience.sweep, at=datetime.now(UTC))
        row = await run(Stream.objects.get, pk=studio.stream.pk)
        if holds(row):
            return row, time.monotonic() - begun
        await sync_to_async(time.sleep)(0.5)
    raise AssertionError(f"never: {row.viewers_now} viewers, host {row.host_is}")


async def test_the_count_rises_and_falls_with_those_who_watch(
    studio: Studio,
    peers: Peers,
) -> None:
    viewers = [await run(studio.viewer) for _ in range(2)]
    grant = await go_live(studio)
    host = peers._peer()
    host.connection.addTransceiver("video", "sendonly")
    assert (await host.post(grant.url, grant.token)).status_code == 201
    watching = []
    for viewer in viewers:
        peer, theirs = peers.receiver(), await join(studio, viewer)
        assert (await peer.post(theirs.url, theirs.token)).status_code == 201
        watching.append(peer)

    row, _ = await seen(studio, lambda row: row.viewers_now == 2)
    assert (row.host_is, row.back_at) == (HostIs.ON_AIR, None)
    await watching[0].close()  # a closed tab says nothing
    row, took = await seen(studio, lambda row: row.viewers_now == 1)
    assert took < 10, "with the five seconds of the sweep that is within fifteen"
    assert row.viewers_peak == 2
    await ask("DELETE", watching[1].location)
    await seen(studio, lambda row: row.viewers_now == 0)


async def test_a_host_whose_page_is_gone_is_away_and_comes_back(
    studio: Studio,
    peers: Peers,
) -> None:
    for is_back in (False, True):
        grant = await go_live(studio)
        host = peers._peer()
        host.connection.addTransceiver("video", "sendonly")
        await host.post(grant.url, grant.token)
        await seen(studio, lambda row: row.host_is == HostIs.ON_AIR)
        if not is_back:
            await ask("DELETE", host.location)
            row, _ = await seen(studio, lambda row: row.host_is == HostIs.AWAY)
            assert row.back_at is not None


async def test_a_viewer_s_grant_does_not_publish_and_nobody_watches_without_one(
    studio: Studio,
    peers: Peers,
) -> None:
    grant = await go_live(studio)
    theirs = await join(studio, await run(studio.viewer))
    offer = await peers.receiver().offer()

    assert (await post(grant.url, theirs.token, offer)).status_code == 403
    assert (await post(theirs.url, "made-up", offer)).status_code == 401
    assert (await post(theirs.url, theirs.token, offer)).status_code == 201
    assert (await post(theirs.url, theirs.token, offer)).status_code == 401, "a grant opens once"


async def test_somebody_put_out_is_cut_off_and_the_end_cuts_everybody_off(
    studio: Studio,
    peers: Peers,
) -> None:
    await go_live(studio)
    bad, good = await run(studio.viewer), await run(studio.viewer)
    for user in (bad, good):
        peer, theirs = peers.receiver(), await join(studio, user)
        assert (await peer.post(theirs.url, theirs.token)).status_code == 201
    kept = await join(studio, bad)
    await run(
        expulsions.put_out,
        by=studio.host,
        stream_id=studio.stream.id,
        user_id=bad.pk,
        at=datetime.now(UTC),
    )
    offer = await peers.receiver().offer()
    assert (await post(kept.url, kept.token, offer)).status_code == 403
    await seen(studio, lambda row: row.viewers_now == 1)
    last = await join(studio, good)
    await run(streams.end_by, user=studio.host, stream_id=studio.stream.id, at=datetime.now(UTC))

    assert (await post(last.url, last.token, offer)).status_code == 403


async def test_with_no_engine_at_all_nothing_begins(at: datetime) -> None:
    studio: Studio = await run(Studio, at)
    await run(engine_stops)
    with pytest.raises(EngineUnreachable):
        await go_live(studio)
    row = await run(studio.row)

    assert (row.state, row.version) == ("scheduled", 1)

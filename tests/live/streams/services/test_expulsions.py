"""Who may not be in a room any more leaves it, whatever the reason."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.services import accounts, blocks
from backend.core.errors import NotFound
from backend.realtime.parcels import Parcel
from live.models import StreamSilence
from live.streams import selectors
from live.streams.services import details, entries, expulsions, moderation
from tests.live.stage import committed
from tests.live.streams.stage import Studio, denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Parcel]:
    """The orders to close sockets, as they leave."""
    heard: list[Parcel] = []

    def hear(letters: Any) -> None:
        heard.extend(parcel for _, parcel in letters if b"sockets-closed" in parcel.body)

    monkeypatch.setattr("backend.realtime.publish._send", hear)
    return heard


def test_a_block_in_the_midst_of_a_stream_parts_the_two(live: Studio, closed: list[Parcel]) -> None:
    by_host, by_viewer, stays = live.viewer(), live.viewer(), live.viewer()
    blocks.block(blocker=live.host, blocked_id=by_host.pk, at=live.now)
    blocks.block(blocker=by_viewer, blocked_id=live.host.pk, at=live.now)
    blocks.block(blocker=stays, blocked_id=by_host.pk, at=live.now)
    committed()

    assert denied(live.stream.id) == {str(by_host.pk), str(by_viewer.pk)}
    assert len(closed) == 2
    assert selectors.admitted(stays, live.stream.id, live.now)


def test_a_guest_who_is_none_any_more_leaves_and_may_come_again(
    at: Any, closed: list[Parcel]
) -> None:
    studio = Studio(at, access="private")
    one, two = studio.viewer(), studio.viewer()
    this = {"host": studio.host, "stream_id": studio.stream.id, "at": at}
    details.change(wishes={"invited": [one.email, two.email]}, **this)
    studio.start()
    details.change(wishes={"invited": [two.email]}, **this)
    committed()
    assert denied(studio.stream.id) == {str(one.pk)}
    assert len(closed) == 1

    expulsions.put_out(by=studio.host, stream_id=studio.stream.id, user_id=two.pk, at=at)
    details.change(wishes={"invited": [one.email, two.email]}, **this)
    entries.join(user=one, stream_id=studio.stream.id, at=at)
    committed()
    assert denied(studio.stream.id) == {str(two.pk)}, "put out is put out"


def test_who_made_peace_with_the_host_watches_again(live: Studio) -> None:
    viewer = live.viewer()
    blocks.block(blocker=viewer, blocked_id=live.host.pk, at=live.now)
    committed()
    assert denied(live.stream.id) == {str(viewer.pk)}
    blocks.unblock(blocker=viewer, blocked_id=live.host.pk)
    live.wait(5)
    entries.join(user=viewer, stream_id=live.stream.id, at=live.now)
    committed()

    assert denied(live.stream.id) == set()
    assert not StreamSilence.objects.exists()


def test_what_the_engine_did_not_hear_of_is_told_again(
    live: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = live.viewer()
    with monkeypatch.context() as patch:
        patch.setattr("live.streams.carriage.close", lambda *_: False)
        blocks.block(blocker=live.host, blocked_id=viewer.pk, at=live.now)
        committed()
    assert denied(live.stream.id) == set()

    assert [expulsions.enforce_due(at=live.now) for _ in range(2)] == [1, 0]
    assert denied(live.stream.id) == {str(viewer.pk)}


def test_trust_taken_back_closes_a_private_room(at: Any, closed: list[Parcel]) -> None:
    studio = Studio(at, access="private")
    studio.start()
    trusted = studio.viewer()
    this = {
        "host": studio.host,
        "stream_id": studio.stream.id,
        "user_id": trusted.pk,
        "at": at,
    }
    moderation.trust(**this)
    assert selectors.admitted(trusted, studio.stream.id, at)
    moderation.distrust(**this)
    committed()

    assert len(closed) == 1
    with pytest.raises(NotFound):
        selectors.admitted(trusted, studio.stream.id, at)


def test_a_suspended_viewer_is_dropped_by_the_engine(live: Studio) -> None:
    viewer = live.viewer()
    accounts.freeze(user_id=viewer.pk, at=live.now)
    committed()

    assert denied(live.stream.id) == {str(viewer.pk)}
    assert live.row().is_live


def test_who_was_at_the_gate_when_it_shut_stays_out(live: Studio) -> None:
    viewer = live.viewer()
    blocks.block(blocker=live.host, blocked_id=viewer.pk, at=live.now)
    committed()

    with pytest.raises(NotFound):
        expulsions.forgive(user=viewer, stream_id=live.stream.id, at=live.now)
    committed()

    assert denied(live.stream.id) == {str(viewer.pk)}
    assert StreamSilence.objects.filter(user=viewer).exists()


def test_a_suspended_viewer_stays_out_until_they_are_let_in_again(live: Studio) -> None:
    viewer, muted = live.viewer(), live.viewer()
    accounts.freeze(user_id=viewer.pk, at=live.now)
    expulsions.put_out(by=live.host, stream_id=live.stream.id, user_id=muted.pk, at=live.now)
    committed()
    expulsions.lift(by=live.host, stream_id=live.stream.id, user_id=muted.pk, at=live.now)
    committed()
    assert denied(live.stream.id) == {str(viewer.pk)}

    accounts.thaw(user_id=viewer.pk)
    entries.join(user=viewer, stream_id=live.stream.id, at=live.now)
    committed()
    assert denied(live.stream.id) == set()

"""Raised hands, from the viewer's wish to an ordinary request for a reading."""

from __future__ import annotations

from typing import Any

import pytest

from backend.core.errors import Forbidden, NotFound
from live.errors import NotAClient
from live.models import RaisedHand
from live.services import requests
from live.streams import selectors
from live.streams.errors import PassRequired, PutOut, StreamNotLive
from live.streams.services import entries, expulsions, hands, moderation
from readers.errors import KindNotOffered, ReaderBusy, ReaderOffline
from readers.services import availability, profiles
from tests import builders
from tests.live.stage import committed
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db


def up(live: Studio) -> list[Any]:
    return [hand.user for hand in selectors.raised_hands(live.stream.id)]


def raise_hand(live: Studio, user: Any) -> None:
    hands.raise_hand(user=user, stream_id=live.stream.id, at=live.now)


def invite(live: Studio, user: Any, kind: str = "voice") -> RaisedHand:
    return hands.invite(
        host=live.host, stream_id=live.stream.id, user_id=user.pk, kind=kind, at=live.now
    )


def test_hands_wait_in_the_order_in_which_they_rose(live: Studio) -> None:
    first, second = live.viewer(), live.viewer()
    raise_hand(live, first)
    live.wait(1)
    raise_hand(live, second)
    raise_hand(live, first)
    assert up(live) == [first, second]

    hands.lower(user=first, stream_id=live.stream.id, at=live.now)
    hands.lower(user=first, stream_id=live.stream.id, at=live.now)
    live.wait(1)
    raise_hand(live, first)
    assert up(live) == [second, first]


def test_who_leaves_takes_the_hand_along(live: Studio) -> None:
    viewer = live.viewer()
    raise_hand(live, viewer)
    entries.leave(user=viewer, stream_id=live.stream.id, at=live.now)

    assert up(live) == []


def test_only_clients_who_may_be_there_raise_one(live: Studio, at: Any) -> None:
    for nobody in (live.host, builders.a_reader(at=at).user, builders.an_admin()):
        with pytest.raises(NotAClient):
            raise_hand(live, nobody)
    out = live.viewer()
    expulsions.put_out(by=live.host, stream_id=live.stream.id, user_id=out.pk, at=at)
    with pytest.raises(PutOut):
        raise_hand(live, out)
    premium = Studio(at, access="premium", price_cents=500)
    premium.start()
    with pytest.raises(PassRequired):
        raise_hand(premium, live.viewer())
    live.end()
    with pytest.raises(StreamNotLive):
        raise_hand(live, live.viewer())

    assert not RaisedHand.objects.exists()


def test_an_invited_viewer_asks_as_for_any_reading_and_the_hand_comes_down(live: Studio) -> None:
    viewer = live.viewer(cents=10_000)
    raise_hand(live, viewer)
    assert invite(live, viewer).invited_at == live.now

    reading = requests.request(client=viewer, reader_id=live.host.pk, kind="voice", at=live.now)
    committed()
    assert up(live) == [viewer]
    requests.accept(session_id=reading.id, at=live.now)
    committed()

    assert up(live) == []
    assert live.row().host_is == "in_reading"


def test_the_host_can_be_asked_only_for_what_they_are_there_for(live: Studio) -> None:
    viewer = live.viewer(cents=10_000)
    raise_hand(live, viewer)
    availability.set_wish(reader_id=live.host.pk, wishes={"voice": False}, at=live.now)
    with pytest.raises(ReaderOffline):
        invite(live, viewer)
    profiles.set_rates(reader_id=live.host.pk, rates={"video": None}, at=live.now)
    with pytest.raises(KindNotOffered):
        invite(live, viewer, "video")
    requests.request(
        client=live.viewer(cents=10_000), reader_id=live.host.pk, kind="chat", at=live.now
    )
    with pytest.raises(ReaderBusy):
        invite(live, viewer, "chat")

    assert RaisedHand.objects.get(user=viewer).invited_at is None


def test_nobody_else_invites_and_nobody_without_a_hand_is_invited(live: Studio) -> None:
    viewer, trusted = live.viewer(), live.viewer()
    this = {"stream_id": live.stream.id, "at": live.now}
    moderation.trust(host=live.host, user_id=trusted.pk, **this)
    with pytest.raises(NotFound):
        invite(live, viewer)
    raise_hand(live, viewer)
    for stranger in (trusted, live.viewer(), builders.a_reader(at=live.now).user):
        with pytest.raises(Forbidden):
            hands.invite(host=stranger, user_id=viewer.pk, kind="voice", **this)

    assert RaisedHand.objects.get().invited_at is None


def test_hands_come_down_with_the_end(live: Studio) -> None:
    raise_hand(live, live.viewer())
    live.end()

    assert up(live) == []

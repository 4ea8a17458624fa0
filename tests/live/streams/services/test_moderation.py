"""Order in a room: who may act on whom, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.core.ids import uuid7
from backend.notifications.models import Notification
from live.models import StreamMessage, StreamModerator, StreamReport, StreamSilence
from live.streams import selectors
from live.streams.errors import NotOnThem, PutOut
from live.streams.services import audience, chats, entries, expulsions, moderation, reports
from tests import builders
from tests.live.stage import committed
from tests.live.streams.stage import Studio, denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(live: Studio) -> Studio:
    """A live room with a trusted moderator and a message of each of the three."""
    live.trusted, live.guest = live.viewer(), live.viewer()  # type: ignore[attr-defined]
    this = {"stream_id": live.stream.id, "at": live.now}
    moderation.trust(host=live.host, user_id=live.trusted.pk, **this)  # type: ignore[attr-defined]
    live.said = {  # type: ignore[attr-defined]
        who: chats.send(sender_id=who, key="k", text="Hello", **this)
        for who in (live.host.pk, live.trusted.pk, live.guest.pk)  # type: ignore[attr-defined]
    }
    return live


def act(room: Any, name: str, by: Any, **more: Any) -> Any:
    home = {"put_out": expulsions, "lift": expulsions, "send": reports}.get(name, moderation)
    done = getattr(home, name)(by=by, stream_id=room.stream.id, at=room.now, **more)
    committed()
    return done


def test_host_and_moderators_remove_what_is_said(room: Any) -> None:
    for by, whose in [(room.trusted, room.guest), (room.host, room.trusted)]:
        act(room, "remove", by, message_id=room.said[whose.pk].id)
        assert StreamMessage.objects.get(sender=whose).removed_by == by


def test_people_remove_their_own_words_and_no_others(room: Any) -> None:
    act(room, "remove", room.guest, message_id=room.said[room.guest.pk].id)
    with pytest.raises(Forbidden):
        act(room, "remove", room.guest, message_id=room.said[room.trusted.pk].id)

    assert StreamMessage.objects.filter(removed_at=None).count() == 2


def test_nobody_acts_on_the_host_and_moderators_not_on_each_other(room: Any) -> None:
    other = room.viewer()
    moderation.trust(host=room.host, stream_id=room.stream.id, user_id=other.pk, at=room.now)
    for whom in (room.host, other, room.trusted):
        for name in ("silence", "put_out"):
            with pytest.raises(NotOnThem):
                act(room, name, room.trusted, user_id=whom.pk)
    with pytest.raises(NotOnThem):
        act(room, "remove", room.trusted, message_id=room.said[room.host.pk].id)
    with pytest.raises(NotOnThem):
        act(room, "silence", room.host, user_id=room.host.pk)

    assert not StreamSilence.objects.exists()
    assert not StreamMessage.objects.exclude(removed_at=None).exists()


def test_a_moderator_whom_the_host_muted_stays_muted(room: Any) -> None:
    act(room, "silence", room.host, user_id=room.trusted.pk)

    with pytest.raises(NotOnThem):
        act(room, "lift", room.trusted, user_id=room.trusted.pk)

    assert selectors.mute_of(room.trusted.pk, room.stream.id, room.now)
    act(room, "lift", room.host, user_id=room.trusted.pk)
    assert not StreamSilence.objects.exists()


@pytest.mark.parametrize("who", ["guest", "stranger", "other host"])
def test_whoever_does_not_keep_order_changes_nothing(room: Any, who: str) -> None:
    by = {
        "guest": room.guest,
        "stranger": room.viewer(),
        "other host": builders.a_reader(at=room.now).user,
    }[who]
    message_id = room.said[room.trusted.pk].id
    for name, more in [
        ("remove", {"message_id": message_id}),
        ("pin", {"message_id": message_id}),
        ("unpin", {}),
        ("silence", {"user_id": room.guest.pk}),
        ("put_out", {"user_id": room.guest.pk}),
        ("lift", {"user_id": room.guest.pk}),
    ]:
        with pytest.raises(Forbidden):
            act(room, name, by, **more)
    for name in ("trust", "distrust"):
        with pytest.raises(NotFound):
            getattr(moderation, name)(
                host=by, stream_id=room.stream.id, user_id=room.guest.pk, at=room.now
            )

    assert not StreamSilence.objects.exists()
    assert StreamModerator.objects.count() == 1
    assert room.row().pinned is None


def test_a_pin_stays_until_it_is_taken_off_or_removed(room: Any) -> None:
    mine = room.said[room.guest.pk]
    act(room, "pin", room.trusted, message_id=mine.id)
    assert room.row().pinned == mine
    act(room, "unpin", room.host)
    assert room.row().pinned is None
    act(room, "pin", room.host, message_id=mine.id)
    act(room, "remove", room.host, message_id=mine.id)
    assert room.row().pinned is None
    with pytest.raises(NotFound):
        act(room, "pin", room.host, message_id=mine.id)
    with pytest.raises(NotFound):
        act(room, "pin", room.host, message_id=uuid7())


def test_somebody_put_out_is_kept_out_by_the_gate_and_by_the_engine(room: Any) -> None:
    act(room, "put_out", room.trusted, user_id=room.guest.pk)

    assert denied(room.stream.id) == {str(room.guest.pk)}
    assert StreamSilence.objects.get().enforced_at == room.now
    this = {"user": room.guest, "stream_id": room.stream.id, "at": room.now}
    for door in (entries.join, entries.renew):
        with pytest.raises(PutOut):
            door(**this)


def test_the_sweep_puts_out_whom_the_engine_did_not_hear_of(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("live.streams.carriage.close", lambda *_: False)
        act(room, "put_out", room.host, user_id=room.guest.pk)
    assert StreamSilence.objects.get().enforced_at is None
    assert denied(room.stream.id) == set()

    audience.sweep(at=room.now)

    assert denied(room.stream.id) == {str(room.guest.pk)}
    assert StreamSilence.objects.get().enforced_at == room.now


def test_who_may_come_back_may_and_the_others_stay_out(room: Any) -> None:
    other = room.viewer()
    for whom in (room.guest, other):
        act(room, "put_out", room.host, user_id=whom.pk)
    act(room, "lift", room.host, user_id=room.guest.pk)

    assert denied(room.stream.id) == {str(other.pk)}
    assert selectors.admitted(room.guest, room.stream.id, room.now)
    act(room, "lift", room.host, user_id=room.guest.pk)


def test_a_moderator_who_is_put_out_is_no_moderator(room: Any) -> None:
    act(room, "put_out", room.host, user_id=room.trusted.pk)

    assert not StreamModerator.objects.exists()
    with pytest.raises(NotOnThem):
        moderation.trust(
            host=room.host, stream_id=room.stream.id, user_id=room.trusted.pk, at=room.now
        )


def test_a_host_takes_trust_back(room: Any) -> None:
    this = {
        "host": room.host,
        "stream_id": room.stream.id,
        "user_id": room.trusted.pk,
        "at": room.now,
    }
    moderation.distrust(**this)
    moderation.distrust(**this)

    assert selectors.admitted(room.trusted, room.stream.id, room.now).role == "viewer"


def test_a_report_is_kept_once_and_staff_hear_of_the_first(room: Any) -> None:
    admin, message = builders.an_admin(), room.said[room.guest.pk]
    for by in (room.trusted, room.trusted, room.host):
        act(room, "send", by, message_id=message.id, reason="Rude")

    kept = StreamReport.objects.all()
    assert {(one.about, one.message) for one in kept} == {(room.guest, message)}
    assert kept.count() == 2
    assert Notification.objects.filter(user=admin, kind="staff").count() == 1


def test_a_person_is_reported_only_where_they_are(room: Any) -> None:
    act(room, "send", room.guest, user_id=room.host.pk, reason="Asks for money outside")
    with pytest.raises(NotFound):
        act(room, "send", room.guest, user_id=room.viewer().pk, reason="x")
    with pytest.raises(NotOnThem):
        act(room, "send", room.guest, user_id=room.guest.pk, reason="x")
    for both in ({}, {"user_id": room.host.pk, "message_id": uuid7()}):
        with pytest.raises(InvalidInput):
            act(room, "send", room.guest, reason="x", **both)

    assert StreamReport.objects.count() == 1

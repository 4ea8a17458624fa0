"""The chat of a room: who may write, how fast, and what is not said."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User
from backend.accounts.services import blocks
from backend.core.errors import DomainError, InvalidInput, NotFound, TooMany
from live.models import StreamMessage
from live.streams import selectors
from live.streams.errors import BlockedWord, Muted, PutOut, SlowMode, StreamNotLive
from live.streams.services import chats, details, expulsions, moderation
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db


def say(live: Studio, sender: User, text: str = "Good evening", key: str = "") -> StreamMessage:
    key = key or f"k{StreamMessage.objects.count()}"
    return chats.send(
        stream_id=live.stream.id, sender_id=sender.pk, key=key, text=text, at=live.now
    )


def refused(live: Studio, sender: User, error: type[DomainError], text: str = "Hello") -> Any:
    """Nothing is kept when somebody may not write."""
    before = StreamMessage.objects.count()
    with pytest.raises(error) as met:
        say(live, sender, text)
    assert StreamMessage.objects.count() == before
    return met.value


def test_a_message_is_kept_once_for_each_key(live: Studio) -> None:
    viewer = live.viewer()
    first = say(live, viewer, " Good evening ", "k")

    assert say(live, viewer, "Good evening", "k") == first
    assert first.text == "Good evening"
    assert say(live, live.host, "Welcome", "k") != first, "a key is its sender's own"


def test_ten_messages_in_ten_seconds_are_enough(live: Studio) -> None:
    viewer = live.viewer()
    for number in range(10):
        say(live, viewer)
        live.wait(0.5 if number else 0)
    assert refused(live, viewer, TooMany).retry_after == 6
    say(live, live.viewer())
    live.wait(6)
    say(live, viewer)


def test_slow_mode_slows_viewers_and_nobody_else(live: Studio) -> None:
    viewer, trusted = live.viewer(), live.viewer()
    this = {"host": live.host, "stream_id": live.stream.id, "at": live.now}
    details.change(wishes={"slow_mode_s": 30}, **this)
    moderation.trust(user_id=trusted.pk, **this)
    for sender in (viewer, trusted, trusted, live.host, live.host):
        say(live, sender)
    live.wait(29)
    slow = refused(live, viewer, SlowMode)
    assert (slow.code, slow.retry_after, slow.status) == ("slow_mode", 1, 429)
    live.wait(1)
    say(live, viewer)


def test_a_blocked_word_is_refused_by_the_house_and_by_the_host(live: Studio) -> None:
    viewer = live.viewer()
    refused(live, viewer, BlockedWord, "what the f u c k")
    details.change(
        host=live.host, stream_id=live.stream.id, wishes={"own_words": ["zora"]}, at=live.now
    )

    refused(live, viewer, BlockedWord, "Ask Z0ra")
    refused(live, live.host, BlockedWord, "zora")


def test_who_is_muted_reads_on_until_it_is_over(live: Studio) -> None:
    viewer = live.viewer()
    moderation.silence(
        by=live.host, stream_id=live.stream.id, user_id=viewer.pk, seconds=60, at=live.now
    )
    refused(live, viewer, Muted)
    assert selectors.admitted(viewer, live.stream.id, live.now)
    live.wait(60)
    say(live, viewer)


def test_who_may_not_be_there_may_not_write(live: Studio) -> None:
    out, blocked = live.viewer(), live.viewer()
    expulsions.put_out(by=live.host, stream_id=live.stream.id, user_id=out.pk, at=live.now)
    refused(live, out, PutOut)
    blocks.block(blocker=live.host, blocked_id=blocked.pk, at=live.now)
    refused(live, blocked, NotFound)
    live.end()
    refused(live, live.viewer(), StreamNotLive)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b"])
def test_a_message_says_something_and_not_too_much(live: Studio, text: str) -> None:
    refused(live, live.viewer(), InvalidInput, text)


@pytest.mark.parametrize("key", ["x" * 65, "a\x00"])
def test_a_key_is_a_short_text(live: Studio, key: str) -> None:
    with pytest.raises(InvalidInput):
        say(live, live.viewer(), "Hello", key)


def test_the_latest_hundred_that_stand_are_shown_oldest_first(live: Studio) -> None:
    viewer = live.viewer()
    for number in range(103):
        live.wait(1)
        last = say(live, viewer, f"{number}")
    moderation.remove(by=live.host, stream_id=live.stream.id, message_id=last.id, at=live.now)
    shown = selectors.latest_messages(live.stream.id)

    assert [shown[0].text, shown[-1].text, len(shown)] == ["2", "101", 100]

"""Everything that a page needs to know when it comes into a live room, in one read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.accounts.models import User
from backend.core.errors import Forbidden, NotFound
from backend.realtime import events
from live.models import RaisedHand, Stream
from live.stream_states import StreamRole, StreamState
from live.streams import gift_selectors, selectors
from live.streams.addresses import room_url, studio_url
from live.streams.cards import host_card
from live.streams.errors import PassRequired, StreamNotLive
from live.streams.services import chats, moderation, streams


def room_for(
    user_id: UUID, stream_id: UUID, *, at: datetime
) -> events.StreamSnapshot | events.StreamEnded:
    """The room as ``user_id`` may see it now; the end, when it is over.

    :raises NotFound: they may not know of it, or it has not begun.
    :raises Forbidden: they were put out, or have not paid.
    """
    user = User.objects.get(id=user_id)
    try:
        admission = selectors.admitted(user, stream_id, at)
    except PassRequired as refused:
        raise Forbidden("Pay at the door first.") from refused
    except StreamNotLive as refused:
        return _end_of(selectors.stream_of(user, stream_id), user_id, refused)
    stream, is_host = admission.stream, admission.role is StreamRole.HOST
    board = gift_selectors.board(stream)
    return events.StreamSnapshot(
        stream=_shown(stream),
        you=_you(user, admission, at),
        viewers=stream.viewers_now,
        messages=_messages(stream),
        gifts=[gift.content() for gift in gift_selectors.latest_gifts(stream_id)],
        pin=moderation.pin_of(stream.pinned).content() if stream.pinned else None,
        goal=gift_selectors.goal_of(stream),
        leaderboard=board.content(),
        hands=[_hand(hand) for hand in selectors.raised_hands(stream_id)] if is_host else None,
    )


def may_stay(user_id: UUID, stream_id: UUID, *, at: datetime) -> bool:
    """Whether somebody may still be in the room."""
    user = User.objects.filter(id=user_id, is_active=True, frozen_at=None).first()
    if user is None:
        return False
    try:
        selectors.admitted(user, stream_id, at)
    except (NotFound, Forbidden, PassRequired):
        return False
    except StreamNotLive:
        return True  # its end is told by the snapshot
    return True


def _end_of(stream: Stream, user_id: UUID, refused: StreamNotLive) -> events.StreamEnded:
    if stream.state != StreamState.ENDED:
        raise NotFound("This stream has not begun.") from refused
    summary, is_host = streams.summary_of(stream), stream.host_id == user_id
    return events.StreamEnded(
        reason=stream.end_reason,
        seconds=summary.seconds,
        peak_viewers=summary.peak_viewers,
        gifts_cents=summary.gifts_cents,
        url=studio_url(stream.id) if is_host else room_url(stream.id),
        earned_cents=summary.earned_cents if is_host else None,
    )


def _shown(stream: Stream) -> dict[str, Any]:
    return {
        "id": stream.id,
        "title": stream.title,
        "state": stream.state,
        "access": stream.access,
        "version": stream.version,
        "started_at": stream.started_at,
        "slow_mode_s": stream.slow_mode_s,
        "host_is": stream.host_is,
        "back_at": stream.back_at,
        "host": asdict(host_card(stream)),
    }


def _you(user: User, admission: selectors.Admission, at: datetime) -> dict[str, Any]:
    stream_id = admission.stream.id
    mute = selectors.mute_of(user.id, stream_id, at)
    hand = RaisedHand.objects.filter(stream=stream_id, user=user, lowered_at=None)
    return {
        "id": user.id,
        "name": user.display_name,
        "role": admission.role.value,
        "muted": mute is not None,
        "muted_until": mute.until if mute else None,
        "hand_raised": hand.exists(),
    }


def _messages(stream: Stream) -> list[dict[str, Any]]:
    trusted = selectors.moderators_of(stream.host_id)
    said = []
    for message in selectors.latest_messages(stream.id):
        role = StreamRole.MODERATOR if message.sender_id in trusted else StreamRole.VIEWER
        if message.sender_id == stream.host_id:
            role = StreamRole.HOST
        said.append(chats.as_event(message, role).content())
    return said


def _hand(hand: RaisedHand) -> dict[str, Any]:
    return {
        "user_id": hand.user_id,
        "name": hand.user.display_name,
        "raised_at": hand.raised_at,
        "invited_at": hand.invited_at,
    }

"""A stream as lists, pages and the API show it: plain values, no token, no query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from live.models import Stream
from live.stream_states import Access, StreamState
from live.streams.addresses import room_url
from live.streams.gift_selectors import goal_of
from readers import cards as readers


@dataclass(frozen=True)
class HostCard:
    """Who holds a stream."""

    id: UUID
    name: str
    slug: str
    photo_url: str | None


@dataclass(frozen=True)
class StreamCard:
    """One stream as ``viewer`` sees it. Cents, UTC; ``goal``: {title, cents, reached_cents}.

    ``may_watch``: nothing is left to pay or to be invited to. What only the host may know is
    None for everybody else.
    """

    id: UUID
    title: str
    topic: str
    language: str
    access: str
    price_cents: int | None
    currency: str
    state: str
    host: HostCard
    host_is: str
    back_at: datetime | None
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    viewers: int
    viewers_peak: int
    thumbnail_url: str | None
    url: str
    slow_mode_s: int
    goal: Mapping[str, Any] | None
    gifts_cents: int
    reminded: bool
    may_watch: bool
    has_pass: bool
    is_host: bool
    earned_cents: int | None = None
    passes_cents: int | None = None
    gifts_count: int | None = None
    invited: Sequence[str] | None = None
    moderators: Sequence[Mapping[str, Any]] | None = None
    own_words: Sequence[str] | None = None

    @property
    def is_live(self) -> bool:
        return self.state == StreamState.LIVE

    @property
    def seconds(self) -> int:
        """How long it ran; 0 before its end."""
        if self.started_at is None or self.ended_at is None:
            return 0
        return int((self.ended_at - self.started_at).total_seconds())


def card(stream: Stream, viewer_id: UUID | None) -> StreamCard:
    """The card of a row that came from ``selectors`` (with its host and its marks)."""
    is_host = stream.host_id == viewer_id
    has_pass = bool(getattr(stream, "has_pass", False))
    is_moderator = bool(getattr(stream, "is_moderator", False))
    open_to_all = stream.access != Access.PREMIUM
    return StreamCard(
        id=stream.id,
        title=stream.title,
        topic=stream.topic,
        language=stream.language,
        access=stream.access,
        price_cents=stream.price_cents,
        currency=stream.currency,
        state=stream.state,
        host=host_card(stream),
        host_is=stream.host_is,
        back_at=stream.back_at,
        scheduled_at=stream.scheduled_at,
        started_at=stream.started_at,
        ended_at=stream.ended_at,
        end_reason=stream.end_reason,
        viewers=stream.viewers_now if stream.is_live else 0,
        viewers_peak=stream.viewers_peak,
        thumbnail_url=stream.thumbnail.url if stream.thumbnail else None,
        url=room_url(stream.id),
        slow_mode_s=stream.slow_mode_s,
        goal=goal_of(stream),
        gifts_cents=stream.gifts_cents,
        reminded=bool(getattr(stream, "reminded", False)),
        may_watch=open_to_all or has_pass or is_host or is_moderator,
        has_pass=has_pass,
        is_host=is_host,
        earned_cents=stream.earned_cents if is_host else None,
        passes_cents=stream.passes_cents if is_host else None,
        gifts_count=stream.gifts_count if is_host else None,
        own_words=list(stream.own_words) if is_host else None,
    )


def host_card(stream: Stream) -> HostCard:
    """Who holds it, from the row's joined host and profile."""
    profile = getattr(stream.host, "reader_profile", None)
    photo = readers.photo_url(profile.photo.name, profile.portrait) if profile else None
    slug = profile.slug if profile else ""
    return HostCard(stream.host_id, stream.host.display_name, slug, photo)

"""Who was in the room: sockets and media of both sides, from what was kept of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from admin_portal.evidence import words
from admin_portal.evidence.entries import Entry, Lane
from live.chronicle import Happened
from live.models import SessionEvent

_LINES: Final = {"client": Lane.CLIENT_LINE, "reader": Lane.READER_LINE}


def of_sockets(happenings: Sequence[SessionEvent], *, until: datetime) -> Iterator[Entry]:
    """When each side's page was in the room, and when none of it was up to ``until``.

    Whoever leaves after the end is not away: ``until`` is the end of the reading, once it has one.
    A newer device may open before the older one closes, so open pages are counted. A server
    that dies writes no close: then the line seems open until the side comes again.
    """
    for side, lane in _LINES.items():
        mine = [h for h in happenings if h.side == side and h.kind in _SOCKET]
        yield from _line(side, lane, mine, until)


def of_media(happenings: Sequence[SessionEvent]) -> Iterator[Entry]:
    """When media began or ceased to flow, and devices were switched."""
    for happening in happenings:
        if happening.kind == Happened.MEDIA:
            facts = happening.facts
            yield Entry(
                happening.at,
                _LINES[happening.side],
                "media",
                words.media(
                    happening.side,
                    up=facts["up"],
                    microphone=facts["microphone"],
                    camera=facts["camera"],
                ),
                side=happening.side,
                facts=facts,
            )


_SOCKET: Final = (Happened.SOCKET_OPENED, Happened.SOCKET_CLOSED)


def _line(side: str, lane: Lane, mine: Sequence[SessionEvent], until: datetime) -> Iterator[Entry]:
    open_pages, since, left = 0, None, None
    for happening in mine:
        if happening.kind == Happened.SOCKET_OPENED:
            if left is not None:
                yield _away(side, lane, left, happening.at)
            since, left = since or happening.at, None
            open_pages += 1
        else:
            open_pages = max(0, open_pages - 1)
            if not open_pages and since is not None:
                yield _there(side, lane, since, happening)
                since, left = None, happening
    if since is not None:
        words_there = f"The {side}'s page was in the room"
        yield Entry(since, lane, "there", words_there, side=side, until=max(since, until))
    if left is not None and left.at < until:
        yield _away(side, lane, left, until)


def _there(side: str, lane: Lane, since: datetime, closed: SessionEvent) -> Entry:
    return Entry(
        since,
        lane,
        "there",
        f"The {side}'s page was in the room",
        words.closed(closed.facts.get("code")),
        side=side,
        until=closed.at,
        facts=closed.facts,
    )


def _away(side: str, lane: Lane, closed: SessionEvent, until: datetime) -> Entry:
    return Entry(
        closed.at,
        lane,
        "away",
        f"No page of the {side} was in the room",
        words.closed(closed.facts.get("code")),
        side=side,
        until=until,
        facts=closed.facts,
    )

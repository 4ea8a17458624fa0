"""The pages of live rooms: directory, room, the host's studio, the calendar file.

What each template is given stands in the view's docstring. A card is ``cards.StreamCard``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from backend.accounts.models import User
from backend.core import clock
from backend.core.errors import Forbidden, NotFound
from backend.core.requests import signed_in
from live.models import Stream
from live.stream_states import StreamState
from live.streams import calendars, gift_selectors, listing, selectors
from live.streams.addresses import studio_url
from live.streams.cards import StreamCard, card
from readers import selectors as readers
from readers.kinds import LANGUAGES, SPECIALTIES, Kind

SHOWN_MAX: Final = 48
NEXT_MAX: Final = 3
OWN_MAX: Final = 20
_LASTS: Final = timedelta(hours=1)


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """What runs and what comes.

    live, upcoming (cards), topics, languages ([(value, word)]), topic, language (chosen, "": all).
    Asked by htmx: only the results.
    """
    user = _user(request)
    wanted = {name: request.GET.get(name, "") for name in ("topic", "language")}
    _, rows = listing.asked(user, wanted, clock.now())
    live = rows.filter(state=StreamState.LIVE).order_by("-viewers_now", "-id")
    coming = rows.filter(
        state=StreamState.SCHEDULED, scheduled_at__gt=clock.now() - selectors.OVERDUE
    ).order_by("scheduled_at", "id")
    context = {
        "live": selectors.cards_of(live[:SHOWN_MAX], user),
        "upcoming": selectors.cards_of(coming[:SHOWN_MAX], user),
        "topics": list(SPECIALTIES.items()),
        "languages": list(LANGUAGES.items()),
        **wanted,
    }
    part = getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
    name = "_results" if part else "directory"
    return render(request, f"live/streams/{name}.html", context)


@require_GET
def room(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    """A room, whatever its state; its host is sent to the studio while it runs.

    stream (card), gifts (offered kinds), me ({role: visitor | viewer | moderator | host, id,
    name}), kinds (of the host, for a reading: [{kind, word, rate_cents}]), next_live and
    next_of_host (cards).
    :raises NotFound: a private stream, or a block, and this is nobody who may know of it.
    """
    user = _user(request)
    row = selectors.stream_of(user, stream_id)
    if user is not None and row.host_id == user.id and row.is_live:
        return redirect(studio_url(stream_id))
    context = {
        "stream": card(row, user.id if user else None),
        "gifts": _gifts(),
        "me": _me(user, row),
        "kinds": _kinds(row.host_id),
        "next_live": _others(selectors.live_now(NEXT_MAX + 1, user), stream_id),
        "next_of_host": _next_of(row, user),
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
    }
    return render(request, "live/streams/room.html", context)


@login_required
@require_GET
def studio(request: HttpRequest) -> HttpResponse:
    """The reader's way on air: the checklist and their own streams.

    live (card | None), last (the newest card, with its guests, or None: what they chose before),
    upcoming, past (cards), topics, languages, price_min_cents, price_max_cents.
    :raises Forbidden: for everybody but readers.
    """
    user = _reader(request)
    own = selectors.streams_of_host(user)
    scheduled = own.filter(state=StreamState.SCHEDULED).order_by("scheduled_at", "id")
    live = selectors.cards_of(own.filter(state=StreamState.LIVE), user)
    latest = own.first()
    context = {
        "live": live[0] if live else None,
        "last": selectors.card_for(user, latest.id) if latest else None,
        "upcoming": selectors.cards_of(scheduled[:OWN_MAX], user),
        "past": selectors.cards_of(own.filter(state=StreamState.ENDED)[:OWN_MAX], user),
        "topics": list(SPECIALTIES.items()),
        "languages": list(LANGUAGES.items()),
        "price_min_cents": settings.STREAM_PASS_MIN_CENTS,
        "price_max_cents": settings.STREAM_PASS_MAX_CENTS,
    }
    return render(request, "live/streams/studio.html", context)


@login_required
@require_GET
def studio_room(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    """The host's own page of one stream, from the last check to the summary.

    stream (card with what only the host may know), me, kinds, gifts, share_url (of the room),
    heartbeat_seconds.
    :raises Forbidden: for everybody but readers. :raises NotFound: not theirs.
    """
    user = _reader(request)
    row = selectors.own(user, stream_id)
    shown = selectors.card_for(user, stream_id)
    context = {
        "stream": shown,
        "me": _me(user, row),
        "kinds": _kinds(user.id),
        "gifts": _gifts(),
        "share_url": f"{settings.SITE_URL}{shown.url}",
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
    }
    return render(request, "live/streams/studio_room.html", context)


@require_GET
def calendar(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    """A stream's beginning for the viewer's own calendar.

    :raises NotFound: they may not know of it, or it has no time.
    """
    user = _user(request)
    row = selectors.stream_of(user, stream_id)
    if row.scheduled_at is None:
        raise NotFound("This stream has no time yet.")
    shown = card(row, user.id if user else None)
    entry = calendars.Entry(
        id=row.id,
        title=row.title,
        host=shown.host.name,
        url=f"{settings.SITE_URL}{shown.url}",
        starts_at=row.scheduled_at,
        ends_at=row.scheduled_at + _LASTS,
        changed_at=row.changed_at or row.created_at,
        number=int(((row.changed_at or row.created_at) - row.created_at).total_seconds()),
        is_cancelled=row.state == StreamState.CANCELLED,
    )
    site = urlsplit(settings.SITE_URL).hostname or "soulseer"
    return HttpResponse(
        calendars.file_of(entry, site=site, at=clock.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="soulseer-stream.ics"'},
    )


def _user(request: HttpRequest) -> User | None:
    return signed_in(request) if request.user.is_authenticated else None


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.is_reader:
        raise Forbidden("The studio is for readers.")
    return user


def _me(user: User | None, row: Stream) -> dict[str, Any]:
    if user is None:
        return {"role": "visitor", "id": None, "name": ""}
    role = selectors.role_of(user.id, row).value
    return {"role": role, "id": user.id, "name": user.display_name}


def _gifts() -> list[dict[str, Any]]:
    return [
        {"id": kind.id, **gift_selectors.drawn(kind, price_cents=kind.price_cents)}
        for kind in gift_selectors.offered()
    ]


def _kinds(host_id: UUID) -> list[dict[str, Any]]:
    """What the host offers for a reading; nothing while their page is not public."""
    try:
        profile = readers.by_id(host_id, now=clock.now())
    except NotFound:
        return []
    return [
        {"kind": kind, "word": Kind(kind).label, "rate_cents": profile.rate_of(kind)}
        for kind in profile.kinds_offered
    ]


def _others(cards: list[StreamCard], stream_id: UUID) -> list[StreamCard]:
    return [one for one in cards if one.id != stream_id][:NEXT_MAX]


def _next_of(row: Stream, user: User | None) -> list[StreamCard]:
    coming = selectors.known_to(user).filter(
        host=row.host_id, state=StreamState.SCHEDULED, scheduled_at__gt=clock.now()
    )
    rows = coming.exclude(id=row.id).order_by("scheduled_at", "id")
    return selectors.cards_of(rows[:NEXT_MAX], user)

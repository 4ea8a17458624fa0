"""The pages of readings: room, receipt, history and the reader's console.

What each template is given stands in the view's docstring.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from backend.core import clock
from backend.core.errors import Forbidden
from backend.core.requests import signed_in
from backend.ledger import selectors as ledger
from live import selectors
from live.addresses import receipt_url
from live.states import TERMINAL, Peer, State, cause_of
from readers import selectors as readers

HISTORY_PER_PAGE = 20
RECENT_MAX = 5


@login_required
@require_GET
def room(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The reading room; a reading that is over leads to its receipt.

    session (ReadingSession), role ("client" | "reader"), peer (name, role, photo_url),
    past_readings (how many the two have held), heartbeat_seconds,
    stall_seconds (how long nobody is heard before both are told).
    """
    user = signed_in(request)
    session = selectors.session_of(user, session_id)
    if session.state in TERMINAL:
        return redirect(receipt_url(session.id))
    template = "live/room_chat.html" if session.kind == "chat" else "live/room.html"
    context = {
        "session": session,
        "role": selectors.role_of(user, session).value,
        "peer": selectors.peer_in(session, user),
        "past_readings": selectors.past_readings(session.client_id, session.reader_id),
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
        "stall_seconds": settings.STALL_SECONDS,
    }
    return render(request, template, context)


@login_required
@require_GET
def receipt(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What a reading cost, minute by minute.

    receipt (selectors.Receipt: session, role, lines[at, from_s, to_s, seconds, cents,
    reader_cents], stretches[started_at, ended_at, billed_s], cause, cause_words, total_cents,
    reader_cents, platform_cents, released_cents, refunded_cents, free_s), session, role, peer,
    balance (client: before_cents, after_cents; else None), review_url (API), messages_count.
    """
    user = signed_in(request)
    session = selectors.session_of(user, session_id)
    role = selectors.role_of(user, session)
    context = {
        "receipt": selectors.receipt(session, role.value),
        "session": session,
        "role": role.value,
        "peer": selectors.peer_in(session, user),
        "balance": selectors.balance_around(session) if role is Peer.CLIENT else None,
        "review_url": f"/api/v1/sessions/{session.id}/review/",
        "messages_count": selectors.messages_of(session).count(),
    }
    return render(request, "live/receipt.html", context)


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """All readings of the signed-in person.

    rows (a page of {session, peer, role, cause_words, cents, url}), page (Paginator page),
    active (ActiveReading | None). ``cents``: what the client paid or the reader earned.
    """
    user = signed_in(request)
    page = Paginator(selectors.ended_of(user), HISTORY_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(session, user) for session in page.object_list],
        "page": page,
        "active": selectors.active_of(user),
    }
    return render(request, "live/history.html", context)


@login_required
@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The reader's console.

    profile (ReaderProfile with ``status``), kinds (kinds_offered), today (readings, seconds,
    earned_cents), earnings (pending_cents, payable_cents, disputed_cents, paying_cents),
    ringing (ReadingSession | None), active (ActiveReading | None), past_readings (of the
    ringing client), recent (rows as in the history), ring_seconds.
    :raises Forbidden: for everybody but readers.
    """
    user = signed_in(request)
    if not user.is_reader:
        raise Forbidden("The console is for readers.")
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    live = selectors.live_session_of(user)
    ringing = live if live is not None and live.state == State.REQUESTED else None
    profile = readers.own(user.pk, now=now)
    context: dict[str, Any] = {
        "profile": profile,
        "kinds": profile.kinds_offered,
        "today": selectors.day_of_reader(user.pk, midnight),
        "earnings": ledger.earnings_of(user.pk),
        "ringing": ringing,
        "active": selectors.active_of(user) if ringing is None else None,
        "past_readings": selectors.past_readings(ringing.client_id, user.pk) if ringing else 0,
        "recent": [_row(session, user) for session in selectors.ended_of(user)[:RECENT_MAX]],
        "ring_seconds": settings.RING_SECONDS,
    }
    return render(request, "live/console.html", context)


def _row(session: Any, user: Any) -> dict[str, Any]:
    role = selectors.role_of(user, session)
    mine = session.captured_cents if role is Peer.CLIENT else session.reader_total_cents
    return {
        "session": session,
        "peer": selectors.peer_in(session, user),
        "role": role.value,
        "cause_words": "Ended by you"
        if role == cause_of(session.state, session.reason)
        else selectors.ending_in_words(session),
        "cents": mine,
        "url": receipt_url(session.id),
    }

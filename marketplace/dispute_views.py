"""The page on which a client says what went wrong; the receipt shows the same form as a sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from backend.core import clock
from backend.core.errors import Conflict, Forbidden, InvalidInput, Refused
from backend.core.idempotency import KEY_CHARS_MAX
from backend.core.requests import signed_in
from live import selectors as readings
from marketplace import cases
from marketplace.services import disputes
from payouts.dispute_states import ReasonCode
from payouts.disputes.errors import AlreadyDisputed
from payouts.models.disputes import TEXT_CHARS_MAX


@login_required
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """GET, POST /sessions/{id}/dispute/ : open the case of a reading.

    session, peer, door (cases.CaseDoor), form (see ``form_of``).
    """
    user, now = signed_in(request), clock.now()
    session = readings.session_of(user, session_id)
    if session.client_id != user.pk:
        raise Forbidden("Only the client of a reading opens a case about it.")
    refused, status = "", 200
    if request.method == "POST":
        try:
            opened = disputes.open_about(
                client=user,
                session_id=session_id,
                reason_code=request.POST.get("reason_code", ""),
                text=request.POST.get("text", ""),
                key=request.POST.get("key", "")[:KEY_CHARS_MAX],
                at=now,
            )
            return redirect("disputes:case", opened.pk)
        except AlreadyDisputed as error:
            return redirect("disputes:case", error.extra["dispute_id"])
        except (Conflict, InvalidInput, Refused) as error:
            refused, status = error.detail, error.status
    door = cases.door(user, session, now=now)
    if door.dispute is not None:
        return redirect("disputes:case", door.dispute.pk)
    context = {
        "session": session,
        "peer": readings.peer_in(session, user),
        "door": door,
        "form": form_of(request, refused),
    }
    return render(request, "marketplace/dispute.html", context, status=status)


def form_of(request: HttpRequest, refused: str = "") -> dict[str, Any]:
    """What the form shows: reasons, what was chosen and typed, a fresh key, what was refused."""
    typed = request.POST if request.method == "POST" else {}
    return {
        "reasons": ReasonCode.choices,
        "chosen": typed.get("reason_code", ""),
        "typed": str(typed.get("text", ""))[:TEXT_CHARS_MAX],
        "key": typed.get("key") or uuid4().hex,
        "refused": refused,
        "answer_hours": settings.DISPUTE_ANSWER_HOURS,
        "text_chars_max": TEXT_CHARS_MAX,
    }

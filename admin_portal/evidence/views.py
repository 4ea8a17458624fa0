"""Staff pages: the queue of cases, and one case with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.evidence import pages
from admin_portal.evidence.forms import NoteForm, RefusalForm, RevealForm, VerdictForm
from admin_portal.evidence.services import cases, exports, reveals
from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import DomainError
from backend.core.requests import signed_in
from backend.core.templatetags.money import money
from payouts.disputes.services import decisions
from payouts.models import Decision

UNPROCESSABLE = 422


@for_admins
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """GET /staff/disputes/?view=&reason=&cursor= : cases, by when they were promised an answer."""
    return render(request, "admin_portal/evidence/queue.html", pages.queue(request))


@for_admins
@require_GET
def case(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """GET /staff/disputes/{id}/?measurements= : both sides, the evidence, the decision."""
    return _page(request, dispute_id)


@for_admins
@require_POST
def preview(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/preview/ : the lines that this decision would write."""
    form = VerdictForm(request.POST)
    found: dict[str, object] = {}
    try:
        if form.is_valid():
            found["preview"] = decisions.preview(
                dispute_id=dispute_id,
                by=signed_in(request),
                verdict=form.verdict(),
                at=clock.now(),
            )
    except DomainError as refusal:
        found["refusal"] = refusal.detail
    shown = pages.previewed(dispute_id, form, found)
    return render(request, "admin_portal/evidence/_preview.html", shown)


@for_admins
@require_POST
def resolve(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/resolve/ : decide, or ask for a second signature."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute_id, status=UNPROCESSABLE, verdict=form)

    def act() -> str:
        came = decisions.decide(
            dispute_id=dispute_id,
            by=signed_in(request),
            verdict=form.verdict(),
            version=form.cleaned_data["version"] or 0,
            at=clock.now(),
        )
        if isinstance(came, Decision):
            return f"Decided: {money(came.cents)} went back. Both sides were told."
        return "This is above what you may sign alone. It waits for a second admin."

    return _acted(request, dispute_id, act, form)


@for_admins
@require_POST
def approve(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/approve/ : sign the decision that waits."""

    def act() -> str:
        signed = decisions.approve(dispute_id=dispute_id, by=signed_in(request), at=clock.now())
        return f"Signed: {money(signed.cents)} went back. Both sides were told."

    return _acted(request, dispute_id, act)


@for_admins
@require_POST
def refuse(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/refuse/ : say no to the decision that waits."""
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute_id, status=UNPROCESSABLE, refusal=form)

    def act() -> str:
        reason = form.cleaned_data["refusal"]
        decisions.refuse(
            dispute_id=dispute_id, by=signed_in(request), reason=reason, at=clock.now()
        )
        return "Not signed. The case waits for another decision."

    return _acted(request, dispute_id, act)


@for_admins
@require_POST
def note(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/notes/ : a note of staff for staff."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute_id, status=UNPROCESSABLE, note=form)

    def act() -> str:
        text = form.cleaned_data["note"]
        cases.note(case_id=dispute_id, by=signed_in(request), text=text, at=clock.now())
        return "Your note is part of the case."

    return _acted(request, dispute_id, act)


@for_admins
@require_POST
def words(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/words/ : read what was written; the look is logged."""
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute_id, status=UNPROCESSABLE, reveal=form)
    wanted = form.cleaned_data["message_id"]
    found = reveals.reveal(
        case_id=dispute_id,
        by=signed_in(request),
        reason=form.cleaned_data["why"],
        at=clock.now(),
        message_ids=[wanted] if wanted else None,
    )
    return _page(request, dispute_id, revealed={m.message_id: m for m in found})


@for_admins
@require_POST
def export(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /staff/disputes/{id}/export/ : take the evidence away as ``as=pdf`` or ``json``."""
    kind = request.POST.get("as", "")
    pack = exports.taken(case_id=dispute_id, by=signed_in(request), kind=kind, at=clock.now())
    if kind == "pdf":
        answer = HttpResponse(exports.as_pdf(pack), content_type="application/pdf")
    else:
        answer = JsonResponse(exports.as_json(pack), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="evidence-{dispute_id}.{kind}"'
    return answer


def _acted(
    request: HttpRequest,
    dispute_id: UUID,
    act: Callable[[], str],
    form: VerdictForm | None = None,
) -> HttpResponse:
    """Do it and come back to the case; what a rule forbids is said where it was asked."""
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return _page(request, dispute_id, status=refusal.status, verdict=form)
    return redirect("admin_portal:dispute", dispute_id=dispute_id)


def _page(
    request: HttpRequest, dispute_id: UUID, *, status: int = 200, **more: object
) -> HttpResponse:
    shown = pages.case(request, dispute_id) | {key: form for key, form in more.items() if form}
    if "revealed" in more:
        shown |= pages.evidence(request, dispute_id, revealed=more["revealed"])
    return render(request, "admin_portal/evidence/case.html", shown, status=status)

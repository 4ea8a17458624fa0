"""The page on which a person tells our team of another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from backend.accounts import selectors
from backend.accounts.models import Report
from backend.accounts.services import blocks, reports
from backend.core import clock
from backend.core.errors import DomainError, InvalidInput
from backend.core.requests import signed_in
from backend.core.throttles import limit

UNPROCESSABLE = 422


class ReportForm(forms.Form):
    """What happened."""

    reason = forms.ChoiceField(
        label="What was it?", choices=Report.Reason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="In your own words",
        required=False,
        max_length=reports.WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    block = forms.BooleanField(label="Keep them away from me as well", required=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """GET, POST /reports/{user}/?place=&next= : tell our team of somebody."""
    me = signed_in(request)
    about = selectors.reportable(me, user_id)
    typed: Any = request.POST if request.method == "POST" else None
    form = ReportForm(typed)
    place = str(request.GET.get("place", ""))[:80]
    back = _back(request)
    if typed is not None and form.is_valid():
        try:
            limit("report", me.pk, "You have told us a lot today. Please write to us instead.")
            _send(request, user_id, place, form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error("words", refusal.detail)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, "Thank you. Our team reads it; they are not told by whom.")
            return redirect(back)
    page = {"about": about, "form": form, "back": back}
    status = UNPROCESSABLE if typed is not None else 200
    return render(request, "accounts/report.html", page, status=status)


def _send(request: HttpRequest, user_id: UUID, place: str, said: dict[str, Any]) -> None:
    me, at = signed_in(request), clock.now()
    reports.send(
        reporter=me,
        about_id=user_id,
        reason=said["reason"],
        words=said["words"],
        place=place,
        at=at,
    )
    if said["block"]:
        blocks.block(blocker=me, blocked_id=user_id, at=at)


def _back(request: HttpRequest) -> str:
    wanted = str(request.GET.get("next", ""))
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"

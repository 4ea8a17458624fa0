"""Pages of accounts beside those of django-allauth: blocked people, and the demo's short cut."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url, perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from backend.accounts import selectors
from backend.accounts.models import Role
from backend.accounts.services import blocks
from backend.core.requests import signed_in

SHOWN_MAX = 100


class UnblockForm(forms.Form):
    """Whom to let meet again."""

    user_id = forms.UUIDField(widget=forms.HiddenInput)


@login_required
def blocked(request: HttpRequest) -> HttpResponse:
    """GET, POST /settings/blocked/ : whom I keep away, and let somebody meet me again."""
    user = signed_in(request)
    if request.method == "POST":
        form = UnblockForm(request.POST)
        if form.is_valid():
            blocks.unblock(blocker=user, blocked_id=form.cleaned_data["user_id"])
            messages.success(request, "You can meet again.")
        return redirect("accounts:blocked")
    page = {"blocks": selectors.blocks_of(user)[:SHOWN_MAX]}
    return render(request, "accounts/blocked.html", page)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """POST /demo/sign-in/ (role=client|reader|admin): become a demo person, in a demo only."""
    if not (settings.DEMO and settings.DEBUG):
        raise Http404
    role = request.POST.get("role", "")
    person = selectors.demo_person(role) if role in Role.values else None
    if person is None:
        raise Http404
    onward = get_next_redirect_url(request)
    if request.user.is_authenticated:
        logout(request)
    answer: HttpResponse = perform_login(
        request, person, email_verification="none", redirect_url=onward
    )
    return answer

"""Pages of accounts beside those of django-allauth: settings, and the demo's short cut."""

from __future__ import annotations

import zoneinfo
from typing import Any

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
from backend.accounts.services import accounts, blocks
from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from backend.core.requests import signed_in


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]


class ProfileForm(forms.Form):
    """What a person may change of themselves."""

    display_name = forms.CharField(
        label="Your name here",
        min_length=2,
        max_length=DISPLAY_NAME_CHARS_MAX,
        validators=[visible_name],
    )
    timezone = forms.ChoiceField(label="Time zone", choices=_zones)


class UnblockForm(forms.Form):
    """Whom to let meet again."""

    user_id = forms.UUIDField(widget=forms.HiddenInput)


@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /settings/ : name and time zone, doors to security and notices, blocks."""
    user = signed_in(request)
    typed: Any = request.POST if request.method == "POST" else None
    known = {"display_name": user.display_name, "timezone": user.timezone}
    form = ProfileForm(typed, initial=known)
    if typed is not None and form.is_valid():
        accounts.rename(user=user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:settings")
    page = {"form": form, "blocks": selectors.blocks_of(user)[:100]}
    status = 422 if typed is not None else 200
    return render(request, "accounts/settings.html", page, status=status)


@login_required
@require_POST
def unblock(request: HttpRequest) -> HttpResponse:
    """POST /settings/unblock/ : let somebody meet me again."""
    form = UnblockForm(request.POST)
    if form.is_valid():
        blocks.unblock(blocker=signed_in(request), blocked_id=form.cleaned_data["user_id"])
        messages.success(request, "You can meet again.")
    return redirect("accounts:settings")


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

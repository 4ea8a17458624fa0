"""``/settings/privacy/``: my archive, how long we keep what, what I agreed to, and leaving."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from backend.accounts import fresh, selectors
from backend.accounts.api.privacy import archive_response
from backend.accounts.models import Export
from backend.accounts.services import erasures, exports
from backend.core import clock, privacy
from backend.core.errors import DomainError
from backend.core.requests import signed_in

CONSENTS_SHOWN_MAX = 50


class EraseForm(forms.Form):
    """To be sure: the e-mail, typed once more."""

    email = forms.CharField(
        label="Type your e-mail to confirm",
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@login_required
@require_GET
def privacy_page(request: HttpRequest) -> HttpResponse:
    """GET /settings/privacy/ : all of it on one page."""
    user = signed_in(request)
    export = selectors.latest_export(user)
    context = {
        "export": export,
        "link": exports.link_of(export) if export and export.state == Export.State.READY else "",
        "rules": privacy.rules(),
        "consents": selectors.consents_of(user)[:CONSENTS_SHOWN_MAX],
        "erasure": selectors.waiting_erasure(user),
        "parts": privacy.parts(),
    }
    return render(request, "accounts/privacy.html", context)


@login_required
@require_POST
def ask_for_archive(request: HttpRequest) -> HttpResponse:
    """POST /settings/privacy/archive/ : have the archive made."""
    try:
        exports.ask(user=signed_in(request), at=clock.now())
    except DomainError as error:
        messages.warning(request, error.detail)
    else:
        messages.success(request, "We are making it. You get a notice when it is there.")
    return redirect("accounts:privacy")


@login_required
@require_GET
def archive(request: HttpRequest, link: str) -> FileResponse | HttpResponseRedirect:
    """GET /settings/privacy/archive/{link}/ : the file, after a fresh sign-in.

    A download leaves the page that asked for it standing, so whoever has to sign in again comes
    back to the button, not to the file.
    """
    if not fresh.is_fresh(request):
        after = urlencode({"next": reverse("accounts:privacy")})
        return redirect(f"{reverse(fresh.REAUTHENTICATE)}?{after}")
    return archive_response(signed_in(request), link, clock.now())


@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """GET, POST /settings/privacy/erase/ : what goes, what stays and why; and do it."""
    user = signed_in(request)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasures.ask(user=user, typed=form.cleaned_data["email"], at=clock.now())
        except erasures.NotConfirmed:
            form.add_error("email", "This is not the e-mail of this account.")
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            return redirect("accounts:privacy")
    context = {
        "form": form,
        "objections": privacy.objections(user.pk),
        "erasure": selectors.waiting_erasure(user),
        "days": erasures.WAIT.days,
    }
    return render(request, "accounts/erase.html", context)


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """POST /settings/privacy/stay/ : take the erasure back."""
    try:
        erasures.take_back(user=signed_in(request), at=clock.now())
    except DomainError as error:
        messages.warning(request, error.detail)
    else:
        messages.success(request, "You are staying. Nothing was deleted.")
    return redirect("accounts:privacy")

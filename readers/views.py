"""Pages on which a reader keeps their own profile."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from backend.core import clock
from backend.core.errors import Forbidden
from backend.core.requests import signed_in
from readers import cards, selectors
from readers.errors import UnusablePhoto
from readers.forms import ProfileForm
from readers.kinds import Kind
from readers.services import photos, profiles


@login_required
@require_http_methods(["GET", "POST"])
def profile_form(request: HttpRequest) -> HttpResponse:
    """Show and save the reader's own page."""
    user = signed_in(request)
    if not user.is_reader:
        raise Forbidden("Only readers have a reader page.")
    profile = selectors.own(user.pk, now=clock.now())
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(profile))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        rates = {kind: values.pop(f"rate_{kind}_cents") for kind in Kind.values}
        profiles.update(reader_id=user.pk, changes=values, at=clock.now())
        profiles.set_rates(reader_id=user.pk, rates=rates, at=clock.now())
        messages.success(request, "Your page is saved. Clients see it from now on.")
        return redirect("readers:profile_form")
    photo = cards.photo_url(profile.photo.name or "", profile.portrait)
    return render(
        request,
        "readers/profile_form.html",
        {"form": form, "profile": profile, "photo_url": photo},
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def photo_form(request: HttpRequest) -> HttpResponse:
    """Take a new portrait from the reader's page."""
    user = signed_in(request)
    if not user.is_reader:
        raise Forbidden("Only readers have a reader page.")
    upload = request.FILES.get("photo")
    if upload is None:
        messages.error(request, "Choose a picture first.")
        return redirect("readers:profile_form")
    try:
        photos.set_photo(reader_id=user.pk, upload=upload, at=clock.now())
        messages.success(request, "Your new portrait is up.")
    except UnusablePhoto as error:
        messages.error(request, error.detail)
    return redirect("readers:profile_form")

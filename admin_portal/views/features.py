"""Staff pages: features that can be switched off, for everybody or for some."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.forms import FeatureForm
from admin_portal.gate import for_admins
from backend.accounts import audit
from backend.accounts import features as registry
from backend.accounts.models import Role
from backend.accounts.services import features
from backend.core import clock
from backend.core.errors import NotFound
from backend.core.requests import signed_in

UNPROCESSABLE = 422


@for_admins
@require_GET
def features_page(request: HttpRequest) -> HttpResponse:
    """GET /staff/features/ : every feature, and how it is switched."""
    return _page(request)


@for_admins
@require_POST
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """POST /staff/features/{name}/ (is_on, percent, roles, note) : switch one."""
    if name not in registry.REGISTRY:
        raise NotFound("There is no such feature.")
    form = FeatureForm(request.POST)
    if not form.is_valid():
        return _page(request, refused=name, form=form)
    features.switch(
        name=name,
        setting=form.setting,
        note=form.cleaned_data["note"],
        by=signed_in(request),
        at=clock.now(),
    )
    messages.success(request, f"{registry.REGISTRY[name].title}: switched. It counts in seconds.")
    return redirect("admin_portal:features")


def _page(
    request: HttpRequest, *, refused: str = "", form: FeatureForm | None = None
) -> HttpResponse:
    switched = audit.feature_switches()
    shown = [
        {
            "feature": feature,
            "row": switched.get(feature.name),
            "form": form if feature.name == refused else None,
        }
        for feature in registry.REGISTRY.values()
    ]
    page = {"features": shown, "roles": Role.choices}
    status = UNPROCESSABLE if refused else 200
    return render(request, "admin_portal/features.html", page, status=status)

"""Accounts in Django's admin. Roles and freezes are changed by the staff pages, not here."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import AuditEntry, Block, FeatureSwitch, Invitation, User
from backend.core import second_factor
from backend.core.admin import ReadOnly

OUR_OWN: Final = ("backend.", "readers.", "live.", "payouts.", "marketplace.", "admin_portal.")
# What libraries bring along could be written by hand past our rules, or holds secrets that nobody
# needs to look at. Two of them are worth a look, and get one below.
for model in list(admin.site._registry):
    if not model.__module__.startswith(OUR_OWN):
        admin.site.unregister(model)
_sign_in = secure_admin_login(admin.site.login)


def _has_permission(request: HttpRequest) -> bool:
    """Admins whose sign-in was confirmed with a second factor, and nobody else."""
    user: Any = request.user
    may = user.is_active and user.is_staff and user.is_admin
    return bool(may and second_factor.is_proven(request))


def _login(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Staff sign in by the same door as everybody: the same throttle, the same second factor."""
    user: Any = request.user
    if user.is_authenticated and user.is_staff and not second_factor.is_proven(request):
        return second_factor.ask(request)
    answer: HttpResponse = _sign_in(request, extra_context)
    return answer


admin.site.has_permission = _has_permission  # type: ignore[method-assign,assignment]
admin.site.login = _login  # type: ignore[method-assign,assignment]


@admin.register(User)
class UserAdmin(ReadOnly):
    """People."""

    list_display = ("email", "display_name", "role", "frozen_at", "is_demo", "date_joined")
    list_filter = ("role", "is_demo", "is_active")
    search_fields = ("email", "display_name")
    ordering = ("-id",)
    exclude = ("password", "groups", "user_permissions")


@admin.register(Block)
class BlockAdmin(ReadOnly):
    """Who keeps whom away."""

    list_display = ("blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Readers invited by admins."""

    list_display = ("user", "invited_by", "created_at", "sent_at")
    list_select_related = ("user", "invited_by")
    ordering = ("-id",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """What staff did; with filters and a file to take along on the staff's page."""

    list_display = ("at", "actor", "act", "about", "reason")
    list_select_related = ("actor",)
    ordering = ("-id",)


@admin.register(FeatureSwitch)
class FeatureSwitchAdmin(ReadOnly):
    """What was switched, on the staff's page."""

    list_display = ("name", "is_on", "percent", "changed_by", "changed_at")
    list_select_related = ("changed_by",)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnly):
    """Which e-mails are proven; their owners change them."""

    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email",)
    ordering = ("-id",)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnly):
    """Wrong passwords that count towards a pause."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    ordering = ("-attempt_time",)

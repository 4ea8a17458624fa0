"""Accounts in Django's admin. Roles and freezes are changed by the staff pages, not here."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import Block, Invitation, User
from backend.core import second_factor
from backend.core.admin import ReadOnly

# Groups are not how we give rights; the others hold secrets that nobody needs to look at.
for model in (Group, Authenticator, SocialApp, SocialToken):
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

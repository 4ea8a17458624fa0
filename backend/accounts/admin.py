"""Accounts in Django's admin. Roles and freezes are changed by the staff pages, not here."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from backend.accounts.models import Block, Invitation, User

# Groups are not how we give rights; the others hold secrets that nobody needs to look at.
for model in (Group, Authenticator, SocialApp, SocialToken):
    admin.site.unregister(model)
# Staff sign in by the same door as everybody: the same throttle, the same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows to look at. What may be done to them has a service and a page of its own."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People."""

    list_display = ("email", "display_name", "role", "frozen_at", "is_demo", "date_joined")
    list_filter = ("role", "is_demo", "is_active")
    search_fields = ("email", "display_name")
    ordering = ("-id",)
    exclude = ("password", "groups", "user_permissions")


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    """Who keeps whom away."""

    list_display = ("blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Readers invited by admins."""

    list_display = ("user", "invited_by", "created_at", "sent_at")
    list_select_related = ("user", "invited_by")
    ordering = ("-id",)

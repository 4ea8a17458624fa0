"""Who may open which API door. Roles come from the row, never from the caller."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class IsSignedIn(BasePermission):
    """Any signed-in user in good standing."""

    message = "Sign in first."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated)


class _HasRole(IsSignedIn):
    role = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        return (
            super().has_permission(request, view) and getattr(request.user, "role", "") == self.role
        )


class IsClient(_HasRole):
    """A client."""

    role, message = "client", "Only clients can do this."


class IsReader(_HasRole):
    """A reader."""

    role, message = "reader", "Only readers can do this."


class IsAdmin(_HasRole):
    """An admin."""

    role, message = "admin", "Only admins can do this."

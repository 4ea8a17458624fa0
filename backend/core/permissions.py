"""Who may open which API door. Roles come from the row, never from the caller."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from backend.core import second_factor


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
    """An admin whose sign-in was confirmed with a second factor."""

    role, message = "admin", "Only admins can do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller is one.

        :raises SecondFactorNeeded: an admin, but a password alone (or less) let them in.
        """
        is_admin = super().has_permission(request, view)
        if is_admin:
            second_factor.demand(request)
        return is_admin

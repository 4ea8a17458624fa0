"""Questions about a request that every door asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from backend.core.errors import NotSignedIn

if TYPE_CHECKING:
    from backend.accounts.models import User


def signed_in(request: Any) -> User:
    """The signed-in user.

    :raises NotSignedIn: nobody is.
    """
    if not getattr(request.user, "is_authenticated", False):
        raise NotSignedIn
    return cast("User", request.user)


def address_of(request: Any) -> str:
    """The caller's network address: the one the last trusted proxy saw.

    ``settings.TRUSTED_PROXIES`` says how many proxies of ours stand in front (0 = none).
    """
    hops = [h.strip() for h in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if h.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return str(hops[-trusted])
    return str(request.META.get("REMOTE_ADDR", ""))

"""Acts that want a fresh sign-in: whoever finds an open browser must not move money with it.

Pages use django-allauth's ``reauthentication_required``, which asks for the password or the
second factor and then goes on with what was asked. API doors call ``demand``. A token is as fresh
as the sign-in it came from (ADR 0008): renewing it proves nothing, signing in again does.
"""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, Final

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.headless.tokens.strategies.jwt import internal
from django.conf import settings
from django.urls import reverse

from backend.core.errors import Forbidden


class FreshSignInNeeded(Forbidden):
    """The last sign-in is too long ago for this act; ``reauthenticate_url`` renews it."""

    code, title = "fresh_sign_in_needed", "Sign in once more for this"


REAUTHENTICATE: Final = "account_reauthenticate"


def is_let_off(user: Any) -> bool:
    """In a demo its people come in by one click and know no password (ADR 0013)."""
    return bool(settings.DEMO and settings.DEBUG and getattr(user, "is_demo", False))


def is_fresh(request: Any) -> bool:
    """Whether the person signed in, or proved themselves again, within five minutes.

    ``request`` is Django's, or the API's with the claims of a token in ``auth``.
    """
    if not request.user.is_authenticated:
        return False
    if is_let_off(request.user):
        return True
    session = _session_of(request)
    if session is None:
        return False
    asked = SimpleNamespace(session=session)
    proofs = [proof["at"] for proof in get_authentication_records(asked, request.user)]
    age = time.time() - max(proofs, default=0.0)
    return bool(age < app_settings.REAUTHENTICATION_TIMEOUT)


def demand(request: Any) -> None:
    """Go on only if the last proof of the person is less than five minutes old.

    :raises FreshSignInNeeded: it is older, or there is none.
    """
    if not is_fresh(request):
        by_token = _claims_of(request) is not None
        where = reverse("accounts-api:login" if by_token else REAUTHENTICATE)
        raise FreshSignInNeeded(reauthenticate_url=where)


def _session_of(request: Any) -> Any:
    """The sign-in that this request came by; None for a token whose sign-in has ended."""
    claims = _claims_of(request)
    return request.session if claims is None else internal.get_token_session(claims)


def _claims_of(request: Any) -> dict[str, Any] | None:
    claims = getattr(request, "auth", None)
    return claims if isinstance(claims, dict) else None

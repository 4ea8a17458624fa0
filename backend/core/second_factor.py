"""Whether a sign-in was confirmed with a second factor. Doors of staff open for nothing less.

django-allauth writes into the sign-in's session how the person proved themselves; a proof by an
authenticator app, a passkey or a recovery code is called ``mfa`` there. A bearer token asks the
session it was made from (ADR 0008), so a program has to sign in with the code as well. In a demo
its people pass without one (ADR 0013).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.headless.tokens.strategies.jwt import internal as tokens
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backend.core.errors import Forbidden

PROOF: Final = "mfa"
_KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorNeeded(Forbidden):
    """This door wants a sign-in with a second factor; ``set_up_url`` leads to one."""

    code, title = "second_factor_needed", "Confirm that it is you with a second step"


def is_proven(request: Any) -> bool:
    """Whether the signed-in person showed a second factor that they still have."""
    user = request.user
    if not user.is_authenticated:
        return False
    if settings.DEMO and settings.DEBUG and user.is_demo:
        return True
    shown = {proof.get("id") for proof in _proofs(request) if proof.get("method") == PROOF}
    return bool(shown) and Authenticator.objects.filter(user=user, pk__in=shown - {None}).exists()


def demand(request: Any) -> None:
    """Go on only if the sign-in was confirmed with a second factor.

    :raises SecondFactorNeeded: it was not.
    """
    if not is_proven(request):
        raise SecondFactorNeeded(
            "Sign in with the code of your authenticator app, or with a passkey.",
            set_up_url=reverse("mfa_index"),
        )


def ask(request: HttpRequest) -> HttpResponse:
    """Lead somebody who only looks to the page where they show their factor, or set one up.

    :raises SecondFactorNeeded: they came to change something, or want no page.
    """
    if request.method != "GET" or "json" in request.headers.get("Accept", ""):
        demand(request)
    messages.info(request, "Staff pages ask for a second step. Confirm it, or set one up here.")
    return redirect(way_to_prove(request))


def way_to_prove(request: Any) -> str:
    """The page that asks for the factor the person has, or the one that sets one up."""
    kinds = set(
        Authenticator.objects.filter(user=request.user, type__in=_KINDS).values_list(
            "type", flat=True
        )
    )
    if not kinds:
        return reverse("mfa_index")
    by_code = Authenticator.Type.TOTP in kinds
    page = reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
    return f"{page}?{urlencode({'next': request.get_full_path()})}"


def _proofs(request: Any) -> list[dict[str, Any]]:
    """How the person proved themselves in the sign-in behind this cookie or token."""
    claims = getattr(request, "auth", None)
    if isinstance(claims, dict):
        session = tokens.get_token_session(claims)
        return list(session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])) if session else []
    return get_authentication_records(request, request.user)

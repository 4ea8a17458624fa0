"""Sign-in and sign-up of programs: django-allauth's own headless views, asked in-process.

So the password check, the throttles, the second factor and the e-mail proof are the same as
on the pages. Here their answers are only put into our words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from allauth.core.exceptions import RateLimited
from allauth.headless import app_settings
from allauth.headless.account import views as account_views
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa_views
from django.http import HttpRequest

from backend.accounts import lockouts
from backend.core.errors import DomainError, InvalidInput, NotSignedIn, TooMany

_login = account_views.LoginView.as_api_view(client=Client.APP)
_sign_up = account_views.SignupView.as_api_view(client=Client.APP)
_second_factor = mfa_views.AuthenticateView.as_api_view(client=Client.APP)

_SECOND_FACTOR_FLOW = "mfa_authenticate"
_VERIFY_EMAIL_FLOW = "verify_email"
_PAUSE_SECONDS = 60


@dataclass(frozen=True)
class TokenPair:
    """An access token (``expires_in`` seconds) and the refresh token that follows it, once."""

    access_token: str
    refresh_token: str
    expires_in: int


class PasswordMismatch(NotSignedIn):
    """Unknown e-mail or wrong password: one answer for both. Carries ``tries_left``."""

    code, title = "password_mismatch", "The e-mail and password do not match"


class SecondFactorNeeded(NotSignedIn):
    """The password is right; send it again with ``code`` from the authenticator app."""

    code, title = "second_factor_needed", "A second factor is needed"


class SecondFactorWrong(NotSignedIn):
    """The code does not match, or was used before."""

    code, title = "second_factor_wrong", "The code does not match"


class EmailNotVerified(NotSignedIn):
    """The password is right, the e-mail is not proven yet. A new link is on its way."""

    code, title = "email_not_verified", "Open the link we mailed you first"


def log_in(request: HttpRequest, *, email: str, password: str, code: str = "") -> TokenPair:
    """Sign in with a password and, where one is set up, a second factor.

    :raises PasswordMismatch: unknown e-mail or wrong password.
    :raises SecondFactorNeeded: the account has one and ``code`` is empty.
    :raises SecondFactorWrong: ``code`` does not match.
    :raises EmailNotVerified: the e-mail is not proven yet.
    """
    status, said = _ask(_login, request, {"email": email, "password": password})
    if status == 400:
        left = lockouts.tries_left(request, email)
        raise PasswordMismatch(lockouts.words(left), tries_left=left)
    if status == 401 and _pending(said) == _SECOND_FACTOR_FLOW:
        if not code:
            raise SecondFactorNeeded
        _resume(request, said)
        status, said = _ask(_second_factor, request, {"code": code})
        if status != 200:
            raise SecondFactorWrong
    if status == 401 and _pending(said) == _VERIFY_EMAIL_FLOW:
        raise EmailNotVerified
    if status != 200:
        raise PasswordMismatch
    return _pair(said)


def register(
    request: HttpRequest, *, email: str, password: str, display_name: str
) -> TokenPair | None:
    """Make a client. ``None``: a link to prove the e-mail is on its way.

    Where proof is required, an e-mail that is somebody's gets the same answer (and a mail
    that says so), so nobody learns who has an account.
    :raises InvalidInput: the password is too weak; ``errors`` says why.
    """
    status, said = _ask(
        _sign_up,
        request,
        {"email": email, "password": password, "display_name": display_name, "is_adult": True},
    )
    if status == 400:
        raise _invalid(said)
    return _pair(said) if status == 200 else None


def refresh(raw: str) -> TokenPair | None:
    """The next pair for a refresh token, or ``None`` when it is worth nothing (any more)."""
    pair = app_settings.TOKEN_STRATEGY.refresh_token(raw)
    if pair is None:
        return None
    access_token, refresh_token = pair
    return TokenPair(access_token, refresh_token, app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN)


def _ask(view: Any, request: HttpRequest, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Hand ``body`` to one of allauth's views as if the program had sent it there."""
    request._body = orjson.dumps(body)  # type: ignore[attr-defined]
    request.META["CONTENT_TYPE"] = "application/json"
    try:
        answer = view(request)
    except RateLimited as error:
        raise TooMany("Wait a minute and try again.", retry_after=_PAUSE_SECONDS) from error
    if answer.status_code == 429:
        raise TooMany("Wait a minute and try again.", retry_after=_PAUSE_SECONDS)
    return answer.status_code, orjson.loads(answer.content)


def _pending(said: dict[str, Any]) -> str:
    flows = said.get("data", {}).get("flows", [])
    return next((flow["id"] for flow in flows if flow.get("is_pending")), "")


def _resume(request: HttpRequest, said: dict[str, Any]) -> None:
    request.META["HTTP_X_SESSION_TOKEN"] = said["meta"]["session_token"]
    request.__dict__.pop("headers", None)  # a cached view of META


def _pair(said: dict[str, Any]) -> TokenPair:
    meta = said["meta"]
    return TokenPair(
        meta["access_token"], meta["refresh_token"], app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN
    )


def _invalid(said: dict[str, Any]) -> DomainError:
    errors = [
        {"field": wrong.get("param", ""), "detail": wrong["message"]}
        for wrong in said.get("errors", [])
    ]
    return InvalidInput(errors[0]["detail"] if errors else "", errors=errors)

"""Throttled sign-in: five misses per address and account, then a pause of five minutes.

django-axes counts; these are the words it says and the name under which it counts. The count
is kept for whatever e-mail was typed, known or not, so it tells nobody who has an account.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.core import problems
from backend.core.errors import TooMany
from backend.core.requests import address_of

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class SignInPaused(TooMany):
    """Too many wrong passwords for this account from this address."""

    code, title = "sign_in_paused", "Sign-in is paused for a moment"


def account_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name an attempt is counted under: the typed e-mail, lower case."""
    typed = (credentials or {}).get("email") or (credentials or {}).get("username") or ""
    return str(typed).strip().lower()[:254]


def address(request: HttpRequest) -> str:
    """The address an attempt is counted under."""
    return address_of(request)


def tries_left(request: HttpRequest, email: str) -> int:
    """How many wrong passwords remain for ``email`` from this address."""
    failures = AxesProxyHandler.get_failures(request, {"email": email})
    return max(0, int(settings.AXES_FAILURE_LIMIT) - int(failures))


def words(left: int) -> str:
    """What to say after a wrong password with ``left`` tries remaining."""
    if left <= 0:
        return f"The e-mail and password do not match. {pause_words()}"
    number = _NUMBERS[left] if left < len(_NUMBERS) else str(left)
    tries = "try is" if left == 1 else "tries are"
    return f"The e-mail and password do not match. {number} {tries} left before a short pause."


def pause_words() -> str:
    """How long the pause is and the way round it."""
    minutes = pause_seconds() // 60
    return (
        f"Sign-in for this account is paused here for {minutes} minutes. "
        "You can set a new password meanwhile."
    )


def pause_seconds() -> int:
    """The length of the pause, in seconds."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds())


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None, **_: Any
) -> HttpResponse:
    """The answer while the pause lasts: 429, as a problem document or a page."""
    error = SignInPaused(pause_words(), retry_after=pause_seconds())
    if problems.wants_problem(request):
        return problems.answer(error)
    page = render(request, "accounts/paused.html", {"problem": problems.of(error)}, status=429)
    page["Retry-After"] = str(error.retry_after)
    return page

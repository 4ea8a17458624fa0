"""Who may open staff pages: admins who showed a second factor when they signed in.

Visitors are sent to sign in, admins without a second factor to where they set one up, everybody
else away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from backend.core import second_factor
from backend.core.errors import Forbidden
from backend.core.requests import signed_in

Page = Callable[..., HttpResponseBase]


def for_admins(page: Page) -> Page:
    """Wrap a page.

    :raises Forbidden: the signed-in person is no admin.
    :raises SecondFactorNeeded: an admin without a second factor wants to change something.
    """

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **url: Any) -> HttpResponseBase:
        if not signed_in(request).is_admin:
            raise Forbidden("This page is for staff.")
        if not second_factor.is_proven(request):
            return second_factor.ask(request)
        return page(request, *args, **url)

    return login_required(guarded)

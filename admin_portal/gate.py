"""Who may open staff pages: admins. Visitors are sent to sign in, everybody else away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from backend.core.errors import Forbidden
from backend.core.requests import signed_in

Page = Callable[..., HttpResponse]


def for_admins(page: Page) -> Page:
    """Wrap a page.

    :raises Forbidden: the signed-in person is no admin.
    """

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **url: Any) -> HttpResponse:
        if not signed_in(request).is_admin:
            raise Forbidden("This page is for staff.")
        return page(request, *args, **url)

    return login_required(guarded)

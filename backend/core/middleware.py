"""Middleware of our own: domain errors of pages, zero bytes in addresses, the request id."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.core import problems
from backend.core.errors import DomainError

Next = Callable[[HttpRequest], HttpResponse]
_PAGES = {400, 403, 404, 409, 429, 500, 503}


class DomainErrors:
    """Turn a domain error raised by a page into its error page, or a problem document."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if not isinstance(exc, DomainError):
            away = problems.out_of_reach(exc)
            if away is None:
                return None
            exc = away
        if problems.wants_problem(request) or "json" in request.headers.get("Accept", ""):
            return problems.answer(exc)
        page = exc.status if exc.status in _PAGES else 400
        return render(request, f"{page}.html", {"problem": problems.of(exc)}, status=exc.status)


class PlainQueries:
    """Refuse an address with a zero byte in it: no word holds one, and PostgreSQL takes none.

    The API is left alone: its serializers refuse them, with the field's name.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        of_a_page = not request.path_info.startswith("/api/")
        if of_a_page and "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("A zero byte in the address.")
        return self.get_response(request)


class RequestId:
    """Send ``X-Request-ID`` back, so that a person can quote it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id:
            response["X-Request-ID"] = request_id
        return response

"""Django's own error hooks: a page for people, a problem document for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from backend.core import problems


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    body = problems.problem(status=status)
    if problems.wants_problem(request):
        return JsonResponse(body, status=status, content_type=problems.MEDIA_TYPE)
    return render(request, f"{status}.html", {"problem": body}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)

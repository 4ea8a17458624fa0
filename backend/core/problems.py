"""Problem documents (RFC 9457): every error of the API in one shape.

``{"type", "title", "status", "detail", "code", "request_id", "errors": [{"field", "detail"}]}``
and the plain values of the error (``needed_cents`` …). Never a stack, never a bare 500.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import TimeoutError as RedisSilent
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from backend.core.errors import (
    DomainError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://soulseer.example/problems/"

log = structlog.get_logger(__name__)

# A server of ours that restarts, fails over or is overrun: no bug, and gone in a moment.
_AWAY = (OperationalError, InterfaceError, RedisUnreachable, RedisSilent)
AGAIN_AFTER_SECONDS = 2

_CODES = {
    400: "invalid_input",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}


class ProblemRenderer(JSONRenderer):
    """JSON under the problem media type."""

    media_type = MEDIA_TYPE
    format = "problem"


def problem(
    *, status: int, code: str = "", title: str = "", detail: str = "", **extra: Any
) -> dict[str, Any]:
    """One problem document as a plain dict."""
    code = code or _CODES.get(status, "error")
    return {
        "type": f"{TYPE_BASE}{code}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or title or HTTPStatus(status).phrase,
        "code": code,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "errors": extra.pop("errors", []),
        **extra,
    }


def of(error: DomainError) -> dict[str, Any]:
    """The problem document of a domain error."""
    return problem(
        status=error.status, code=error.code, title=error.title, detail=error.detail, **error.extra
    )


def answer(error: DomainError) -> HttpResponse:
    """A domain error as a plain Django response, for doors outside the API framework."""
    response = JsonResponse(of(error), status=error.status, content_type=MEDIA_TYPE)
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    return response


def out_of_reach(exc: BaseException) -> DomainError | None:
    """What to tell people when a server of ours is away; None when it is something else.

    Nothing was decided: a transaction that was cut off is rolled back or was committed, and the
    same Idempotency-Key finds out which.
    """
    if not isinstance(exc, _AWAY):
        return None
    log.error("server_out_of_reach", why=f"{type(exc).__name__}: {exc}"[:300])
    return Unavailable(retry_after=AGAIN_AFTER_SECONDS)


def exception_to_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The API framework's exception hook."""
    if isinstance(exc, Http404):
        exc = NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = Forbidden()
    elif isinstance(exc, UnicodeError):
        exc = InvalidInput("The text is not valid UTF-8.")
    else:
        exc = out_of_reach(exc) or exc
    if isinstance(exc, DomainError):
        return _response(of(exc), exc.status, exc.extra.get("retry_after"))
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_flatten(exc.detail))
        return _response(
            problem(
                status=400,
                code="invalid_input",
                title=InvalidInput.title,
                detail=errors[0]["detail"] if errors else "",
                errors=errors,
            ),
            400,
        )
    if isinstance(exc, exceptions.APIException):
        return _framework_problem(exc)
    return None  # a bug: Django's handler500 answers, in the same shape under /api/


def _framework_problem(exc: exceptions.APIException) -> Response:
    status = exc.status_code
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        status = NotSignedIn.status
    wait = getattr(exc, "wait", None)
    body = problem(status=status, detail=str(getattr(exc, "detail", "")))
    return _response(body, status, int(wait) + 1 if wait is not None else None)


def _response(body: dict[str, Any], status: int, retry_after: int | None = None) -> Response:
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    if status == NotSignedIn.status:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def _flatten(detail: Any, field: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield {"field": field, "detail": str(detail)}


def wants_problem(request: HttpRequest) -> bool:
    """Whether errors of this request are problem documents rather than pages."""
    return request.path.startswith(("/api/", "/webhooks/"))

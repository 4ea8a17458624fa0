from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import TimeoutError as RedisSilent
from rest_framework import exceptions

from backend.core import problems
from backend.core.errors import DomainError, TooMany
from backend.core.middleware import DomainErrors


def document(exc: Exception) -> tuple[int, dict[str, object]]:
    answer = problems.exception_to_response(exc, {})
    assert answer is not None
    return answer.status_code, answer.data


@pytest.mark.parametrize(
    ("exc", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 401, "not_signed_in"),
        (exceptions.ParseError(), 400, "invalid_input"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), 400, "invalid_input"),
    ],
)
def test_every_error_has_a_status_and_a_stable_code(exc: Exception, status: int, code: str) -> None:
    got, body = document(exc)

    assert (got, body["code"], body["status"]) == (status, code, status)


def test_field_errors_are_listed_with_their_place() -> None:
    _, body = document(exceptions.ValidationError({"amount": {"cents": ["too small"]}}))

    assert body["errors"] == [{"field": "amount.cents", "detail": "too small"}]


def test_plain_values_of_a_domain_error_travel_along() -> None:
    class Short(DomainError):
        code, status = "short", 402

    status, body = document(Short("Not enough.", needed_cents=300))

    assert (status, body["needed_cents"], body["detail"]) == (402, 300, "Not enough.")


def test_a_limit_says_when_to_come_back() -> None:
    answer = problems.exception_to_response(TooMany(retry_after=17), {})

    assert answer is not None
    assert answer["Retry-After"] == "17"


@pytest.mark.parametrize("away", [OperationalError, InterfaceError, RedisUnreachable, RedisSilent])
def test_a_server_that_is_away_is_no_bug_of_ours(away: type[Exception]) -> None:
    answer = problems.exception_to_response(away("server closed the connection"), {})

    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == str(problems.AGAIN_AFTER_SECONDS)
    assert "closed" not in str(answer.data), "what a server said is for our log"


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/x/", "application/problem"), ("/x/", "text/html")]
)
def test_pages_and_doors_of_programs_say_it_too(path: str, kind: str, rf: RequestFactory) -> None:
    gate = DomainErrors(lambda request: HttpResponse())

    answer = gate.process_exception(rf.get(path), OperationalError("gone"))

    assert answer is not None
    assert answer.status_code == 503
    assert answer["Content-Type"].startswith(kind)


def test_a_bug_is_not_disguised_as_an_answer() -> None:
    assert problems.exception_to_response(KeyError("x"), {}) is None

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.core import idempotency
from backend.core.errors import Refused
from backend.core.idempotency import idempotent
from backend.core.models import IdempotencyRecord

pytestmark = pytest.mark.django_db


class Door(APIView):
    """Makes one user a request, so that an effect can be counted."""

    throttle_classes = ()

    @idempotent
    def post(self, request: Request, key: str) -> Response:
        if request.data.get("refuse"):
            raise Refused
        made = User.objects.create_user(f"{request.data['name']}@example.test")
        return Response({"id": made.pk, "key": key}, status=201)


@pytest.fixture
def caller() -> User:
    return User.objects.create_user("caller@example.test")


def send(caller: User, body: dict[str, Any], key: str | None = "k1") -> Response:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    request = APIRequestFactory().post("/door/", body, format="json", **headers)
    force_authenticate(request, caller)
    answer = Door.as_view()(request)
    answer.render()
    return answer


def made() -> int:
    return User.objects.exclude(email="caller@example.test").count()


def test_the_same_request_twice_has_one_effect_and_one_answer(caller: User) -> None:
    first, second = send(caller, {"name": "a"}), send(caller, {"name": "a"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert str(first.data["id"]) == second.data["id"]
    assert second["Idempotency-Replayed"] == "true"
    assert made() == 1


def test_the_same_key_with_another_body_is_refused(caller: User) -> None:
    send(caller, {"name": "a"})

    answer = send(caller, {"name": "b"})

    assert (answer.status_code, answer.data["code"]) == (409, "idempotency_key_reused")
    assert made() == 1


@pytest.mark.parametrize("key", [None, "", "x" * 201, "tab\there"])
def test_a_request_without_a_usable_key_is_refused(caller: User, key: str | None) -> None:
    answer = send(caller, {"name": "a"}, key)

    assert (answer.status_code, answer.data["code"]) == (400, "idempotency_key_required")
    assert made() == 0


def test_a_body_too_deep_to_compare_is_refused(caller: User) -> None:
    nested: list[Any] = []
    for _ in range(400):
        nested = [nested]
    assert send(caller, {"name": "a", "more": nested}).status_code == 400
    assert made() == 0


def test_a_refused_request_keeps_nothing_so_that_it_may_be_retried(caller: User) -> None:
    assert send(caller, {"refuse": True}).status_code == 422
    assert IdempotencyRecord.objects.count() == 0

    assert send(caller, {"name": "a"}).status_code == 201


def test_two_people_may_use_the_same_key(caller: User) -> None:
    other = User.objects.create_user("other@example.test")

    assert send(caller, {"name": "a"}).status_code == 201
    assert send(other, {"name": "b"}).status_code == 201


def test_answers_are_forgotten_after_48_hours(caller: User) -> None:
    send(caller, {"name": "a"})
    now = datetime.now(UTC)

    assert idempotency.sweep(at=now + timedelta(hours=47)) == 0
    assert idempotency.sweep(at=now + timedelta(hours=49)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_have_one_effect(caller: User) -> None:
    together, answers = Barrier(6), []

    def race() -> None:
        together.wait()
        try:
            answers.append(send(caller, {"name": "a"}))
        finally:
            connection.close()

    threads = [Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({str(answer.data["id"]) for answer in answers}) == 1
    assert made() == 1

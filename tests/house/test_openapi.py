"""The API against its own schema: no 5xx, and no answer that the schema does not promise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.accounts.models import User
from backend.core import clock
from tests import builders
from tests.house.world import World
from tests.live.streams.stage import engine_runs
from tests.sandbox_process import Sandbox

DEEP: Final = bool(os.environ.get("DEEP"))
FEW, MANY = (20, 300) if DEEP else (2, 7)
CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
METHODS: Final = ("get", "post", "put", "patch", "delete")

SCHEMA: Final = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
API: Final = schemathesis.openapi.from_dict(SCHEMA)
API.app = get_wsgi_application()
OPERATIONS: Final = [
    (method, path)
    for path, item in sorted(SCHEMA["paths"].items())
    for method in METHODS
    if method in item
]


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[str, str]:
    """An access token of everybody who takes part, of a client who does not, and none."""
    answers = {
        name: APIClient().post("/api/v1/auth/login/", _proofs_of(user))
        for name, user in {**world.people, "newcomer": world.strangers["client"]}.items()
    }
    return {"visitor": ""} | {name: said.json()["access_token"] for name, said in answers.items()}


def _proofs_of(user: User) -> dict[str, str]:
    """What lets somebody in; of an admin the code of their app too."""
    code = {"code": builders.code_of(user)} if user.is_admin else {}
    return {"email": user.email, "password": builders.PASSWORD, **code}


@pytest.fixture
def stand_in(stripe_process: Sandbox, settings: Any) -> None:
    """Stripe's stand-in, a stream engine that beats, and limits that nobody reaches."""
    engine_runs()
    settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = (
        stripe_process.base,
        stripe_process.secret_key,
    )
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**6, 60))


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the world's transaction: outside a test a request ends by closing connections."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.mark.sandbox
@pytest.mark.usefixtures("stand_in", "one_connection")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_answer_is_never_a_5xx_and_always_as_the_schema_says(
    world: World,
    tokens: dict[str, str],
    django_db_blocker: Any,
    method: str,
    path: str,
) -> None:
    with django_db_blocker.unblock():
        for token in tokens.values():
            if _ask(world, token, API[path][method], FEW) - {401, 403}:
                _ask(world, token, API[path][method], MANY)


def _ask(world: World, token: str, operation: Any, examples: int) -> set[int]:
    """Send ``examples`` requests, half of them wrong in some way; which statuses came."""
    seen = set()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    cases = st.one_of(operation.as_strategy(mode) for mode in GenerationMode)

    @given(case=cases, existing=st.sampled_from([True, True, False]))
    @settings(
        max_examples=examples,
        derandomize=not DEEP,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case, existing: bool) -> None:
        if existing:
            _name_what_exists(case, world)
        with clock.frozen(world.stage.now), transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)
        seen.add(answer.status_code)

    ask()
    return seen


def _name_what_exists(case: schemathesis.Case, world: World) -> None:
    """Put ids of things that are there in the place of random ones."""
    case.path_parameters = {
        name: str(world.values.get(name, value))
        for name, value in (case.path_parameters or {}).items()
    }
    if isinstance(case.body, dict) and "reader_id" in case.body:
        case.body["reader_id"] = str(world.strangers["reader"].pk)
    if isinstance(case.body, dict) and "room" in case.body:
        case.body["room"] = f"sessions/{world.stage.session.pk}"

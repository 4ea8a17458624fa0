"""Strangers: every route as a visitor, a client and a reader who have no business there.

A route is public, one's own, or refused: new routes must be named below or refuse everybody.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from backend.core import clock
from tests.house import admissions
from tests.house.routes import Route, all_routes
from tests.house.world import World

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSALS: Final = {401, 403, 404, 405}
SENT_AWAY: Final = (
    "/django-admin/",
    "/accounts/login/",
    "/django-admin/login/",
    "/accounts/reauthenticate/",
)

# Every door of staff, present and to come, is below one of these.
STAFF_ROOTS: Final = ("/staff/", "/api/v1/admin/", "/api/v1/diagnostics/", "/django-admin/")
OPEN_BEFORE_SIGN_IN: Final = {"/django-admin/login/", "/django-admin/jsi18n/"}
STAFF_ROUTES: Final = [
    route
    for route in all_routes()
    if route.path.startswith(STAFF_ROOTS) and route.path not in OPEN_BEFORE_SIGN_IN
]
ASKED_FOR_A_FACTOR: Final = {"/accounts/2fa/", "/django-admin/login/", "/django-admin/"}

# Bodies that would pass, so that a refusal is about who asks and not about what was sent.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "/api/v1/sessions/<session_id>/cap/": {"spend_cap_cents": 5_000},
    "/api/v1/disputes/<dispute_id>/statements/": {"text": "No."},
    "/api/v1/disputes/<dispute_id>/appeal/": {"text": "No."},
    "/api/v1/sessions/<session_id>/dispute/": {"reason_code": "other", "text": "No."},
    "/api/v1/sessions/<session_id>/review/": {"stars": 1, "text": "No."},
    "/api/v1/sessions/<session_id>/review/reply/": {"text": "No."},
    "/api/v1/streams/<stream_id>/gifts/": {"kind_id": str(UUID(int=1)), "quote": "x"},
    "/api/v1/streams/<stream_id>/mutes/": {"user_id": str(UUID(int=1))},
    "/api/v1/streams/<stream_id>/reports/": {"user_id": str(UUID(int=1)), "reason": "x"},
    "/api/v1/admin/disputes/<dispute_id>/evidence/chat/": {"reason": "I am curious about it"},
    "/api/v1/admin/disputes/<dispute_id>/preview/": {"outcome": "full"},
    "/api/v1/admin/disputes/<dispute_id>/refuse/": {"reason": "x"},
    "/api/v1/admin/disputes/<dispute_id>/resolve/": {
        "outcome": "full",
        "reason": "x",
        "version": 1,
    },
    "/api/v1/admin/readers/": {"email": "new@example.test", "display_name": "New"},
    "/api/v1/admin/payouts/runs/": {"dry_run": False},
    "/api/v1/admin/readers/<reader_id>/lift-payouts/": {"reason": "x"},
    "/api/v1/admin/users/<user_id>/freeze/": {"reason": "x"},
    "/api/v1/admin/adjustments/": {"person_id": str(UUID(int=1)), "cents": 5, "reason": "x"},
    "/api/v1/admin/adjustments/<adjustment_id>/refuse/": {"answer": "x"},
    "/staff/adjustments/<adjustment_id>/refuse/": {"answer": "x"},
    "/disputes/<dispute_id>/statements/": {"text": "No."},
    "/disputes/<dispute_id>/appeal/": {"text": "No."},
    "/sessions/<session_id>/dispute/": {"reason_code": "other", "text": "No."},
    "/staff/gifts/<kind_id>/offer/": {"on": "0"},
    "/staff/payouts/order/": {"count": "0", "cents": "0"},
    "/staff/payouts/readers/<user_id>/hold/": {"reason": "x"},
    "/staff/payouts/readers/<user_id>/lift/": {"reason": "x"},
    "/staff/webhooks/replay/": {"state": "dead"},
    "/staff/disputes/<dispute_id>/export/": {"as": "json"},
    "/staff/disputes/<dispute_id>/notes/": {"note": "x"},
    "/staff/disputes/<dispute_id>/preview/": {"outcome": "full", "bearer": "split"},
    "/staff/disputes/<dispute_id>/refuse/": {"refusal": "x"},
    "/staff/disputes/<dispute_id>/resolve/": {
        "outcome": "full",
        "bearer": "split",
        "reason": "x",
        "version": 1,
    },
    "/staff/disputes/<dispute_id>/words/": {"why": "I am curious about it"},
    "/staff/people/<user_id>/freeze/": {"reason": "x"},
    "/staff/people/<user_id>/hide/": {"reason": "x"},
    "/staff/people/<user_id>/rates/": {"chat": "9.00", "reason": "x"},
    "/staff/people/<user_id>/vetting/<kind>/": {"reason": "x"},
    "/staff/people/<user_id>/vetting/<kind>/take-back/": {"reason": "x"},
    "/staff/sessions/<session_id>/end/": {"reason": "x"},
    "/staff/features/<name>/": {"percent": "100", "note": "x"},
    "/staff/bank-disputes/<chargeback_id>/answer/": {"words": "x"},
    "/staff/bank-disputes/<chargeback_id>/give-in/": {"reason": "x"},
    "/staff/bank-disputes/<chargeback_id>/let-go/": {"reason": "x"},
    "/staff/bank-disputes/warnings/<warning_id>/clear/": {"reason": "x"},
    "/staff/bank-disputes/warnings/<warning_id>/refund/": {"much": "whole", "reason": "x"},
    "/staff/reports/<kind>/<report_id>/decide/": {"verdict": "dismissed", "reason": "x"},
    "/staff/flags/<flag_id>/clear/": {"reason": "x"},
    "/staff/flags/<flag_id>/confirm/": {"reason": "x"},
}


def _browser(world: World, stranger: str) -> Client:
    browser = Client(raise_request_exception=False)
    if stranger in world.strangers:
        browser.force_login(world.strangers[stranger])
    return browser


def _ask(browser: Client, method: str, route: Route, path: str) -> HttpResponse:
    body = BODIES.get(route.path, {})
    json_body = route.path.startswith("/api/") or method != "POST"
    answer: Any = browser.generic(
        method,
        path,
        "" if method == "GET" else json.dumps(body) if json_body else urlencode(body),
        "application/json" if json_body else "application/x-www-form-urlencoded",
        headers={"Idempotency-Key": uuid4().hex},
    )
    return cast("HttpResponse", answer)


def _refused(answer: HttpResponse) -> bool:
    if answer.status_code == 302:
        return answer.headers["Location"].split("?")[0] in SENT_AWAY
    return answer.status_code in REFUSALS


def _is_for(stranger: str, route: Route) -> bool:
    if route.path in admissions.PUBLIC:
        return True
    if route.path in admissions.OWN:
        return stranger != "visitor"
    own = {"client": admissions.CLIENTS_OWN, "reader": admissions.READERS_OWN}
    return route.path in own.get(stranger, set())


@pytest.mark.parametrize("stranger", ["visitor", "client", "reader"])
@pytest.mark.parametrize("route", all_routes(), ids=str)
def test_a_stranger_is_refused_or_sees_only_their_own(
    world: World, route: Route, stranger: str, django_db_blocker: Any
) -> None:
    path = route.filled(world.values)
    # Pages of staff and rows of Django's admin share one gate each; two methods are enough.
    methods = METHODS[:2] if path.startswith(("/django-admin/", "/staff/")) else METHODS
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen(world.stage.now):
        browser, before = _browser(world, stranger), world.moved()
        answers = {method: _ask(browser, method, route, path) for method in methods}
        assert world.moved() == before, f"{route} moved something"
        transaction.set_rollback(True)

    for method, answer in answers.items():
        assert answer.status_code < 500 or route.path == "/readyz", f"{method} {route}"
        if not _is_for(stranger, route):
            assert _refused(answer), f"{method} {route}: {answer.status_code}"
        shown = b"" if answer.streaming else answer.content
        leaked = [word for word in world.secrets() if word.encode() in shown]
        assert leaked == [], f"{method} {route}"
    assert any(answer.status_code != 405 for answer in answers.values())


@pytest.mark.parametrize("route", STAFF_ROUTES, ids=str)
def test_an_admin_without_a_second_factor_opens_no_door_of_staff(
    world: World, route: Route, django_db_blocker: Any
) -> None:
    path = route.filled(world.values)
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen(world.stage.now):
        browser, before = _browser(world, "careless"), world.moved()
        looked = _ask(browser, "GET", route, path)
        done = _ask(browser, "POST", route, path)
        assert world.moved() == before, f"{route} moved something"
        transaction.set_rollback(True)

    for answer in (looked, done):
        if answer.status_code == 302:
            assert answer.headers["Location"].split("?")[0] in ASKED_FOR_A_FACTOR
        else:
            assert answer.status_code in {403, 404, 405}
        if answer.status_code == 403 and route.path.startswith("/api/"):
            assert json.loads(answer.content)["code"] == "second_factor_needed"
        leaked = [word for word in world.secrets() if word.encode() in answer.content]
        assert leaked == []
    assert {looked.status_code, done.status_code} & {302, 403, 404}


def test_no_door_of_staff_is_for_anybody_else() -> None:
    own = admissions.PUBLIC | admissions.OWN | admissions.CLIENTS_OWN | admissions.READERS_OWN

    assert {route.path for route in STAFF_ROUTES} & own == set()


@pytest.mark.parametrize("stranger", ["client", "reader"])
def test_the_strangers_are_signed_in(world: World, stranger: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        me = _browser(world, stranger).get("/api/v1/users/me/")

    assert (me.status_code, me.json()["role"]) == (200, stranger)


def test_every_route_named_in_the_lists_exists() -> None:
    named = admissions.PUBLIC | admissions.OWN | admissions.CLIENTS_OWN | admissions.READERS_OWN

    assert named - {route.path for route in all_routes()} == set()

"""What others make a browser send, and what people type into addresses: every route of ours."""

from __future__ import annotations

import json
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from backend.core import clock
from tests import builders
from tests.abuse.walks import SLOW, owner_of, walked
from tests.house.routes import Route
from tests.house.test_strangers import BODIES
from tests.house.world import World

# Who calls these has no cookie of ours: a signature or the password in the body speaks for them.
KNOWN_OTHERWISE: Final = ("/webhooks/", "/api/v1/auth/")
OURS: Final = {"", "testserver"}
# Elsewhere on purpose, and never by a value that came with the request.
ELSEWHERE: Final = "http://localhost"
WAYS_OUT: Final = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\thttps://evil.example",
    "javascript:alert(1)//evil.example",
)
ONWARD: Final = ("next", "back", "return", "return_to", "url", "to", "redirect", "continue")
ASKED: Final = (
    *("q", "before", "after", "from", "page", "cursor", "state", "view", "kind", "days", "month"),
    *("topic", "language", "sort", "specialty", "min_rating", "max_cents", "host", "place"),
    *("top_up", "person", "reason", "act", "actor", "about", "first_day", "last_day", "type"),
    *("measurements", "person_id", "least_cents", "email", "name", "setup", "unread", "span"),
)
SEARCHES: Final = (
    *("/readers/", "/live/", "/api/v1/readers/", "/staff/people/", "/staff/audit/"),
    *("/staff/ledger/find/", "/staff/payouts/", "/staff/webhooks/", "/staff/bank-disputes/"),
)
# The API is asked worse by ``tests/house/test_openapi.py``; the others read no query.
NEVER_ASKED: Final = ("/api/", "/accounts/", "/readyz", "/metrics", "/media/", *SLOW)
STRANGE: Final = (
    "' OR '1'='1' --",
    "9" * 40,
    "-1",
    "%_\\",
    "\uffff" * 300,
    "[]",
    "../../etc/passwd",
)


def test_another_site_s_form_moves_nothing(world: World, django_db_blocker: Any) -> None:
    """A browser adds our cookie to what another site posts; without our token it counts not."""
    taken = {}
    with django_db_blocker.unblock():
        people = {name: _strict(world, name) for name in ("client", "reader", "admin")}
        before = world.moved()
        for route in walked():
            if route.path.startswith(KNOWN_OTHERWISE):
                continue
            answer = _post(people[owner_of(route)], route, world, BODIES.get(route.path, {}))
            if answer.status_code not in {403, 404, 405}:
                taken[str(route)] = answer.status_code
        assert world.moved() == before

    assert taken == {}


def test_nothing_that_is_typed_into_an_address_breaks_a_page_or_leads_away(
    world: World, django_db_blocker: Any
) -> None:
    broken, led, linked = {}, {}, []
    with django_db_blocker.unblock():
        people = {name: _browser(world, name) for name in ("client", "reader", "admin")}
        for turn, route in enumerate(walked()):
            if route.path.startswith(NEVER_ASKED) or route.path.endswith(".pdf"):
                continue
            answer = _get(people[owner_of(route)], route, world, _typed(turn))
            if answer.status_code >= 500:
                broken[str(route)] = answer.status_code
            if not _stays(where := answer.headers.get("Location", "")):
                led[str(route)] = where
            if _links_out(answer):
                linked.append(str(route))
        onward = [_signed_in_onward(world, way) for way in WAYS_OUT]

    assert broken == {}
    assert led == {}
    assert linked == []
    assert all(_stays(where) for where in onward), onward


def test_a_zero_byte_in_an_address_is_refused_by_every_search(
    world: World, django_db_blocker: Any
) -> None:
    statuses = {}
    with django_db_blocker.unblock():
        people = {name: _browser(world, name) for name in ("client", "admin")}
        for path in SEARCHES:
            route = next(one for one in walked() if one.path == path)
            answer = _get(people[owner_of(route)], route, world, dict.fromkeys(ASKED, "\0"))
            statuses[path] = answer.status_code

    assert set(statuses.values()) == {400}, statuses


def test_another_person_s_ids_in_a_body_are_worth_nothing(
    world: World, django_db_blocker: Any
) -> None:
    """The ids in paths are walked by ``tests/house/test_strangers.py``; these are in bodies."""
    known = world.values
    gifts = f"/api/v1/streams/{known['stream_id']}/gifts/"
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/api/v1/payments/topups/", {"amount_cents": 2_000, "card_id": known["card_id"]}),
        (
            "PUT",
            "/api/v1/payments/auto-reload/",
            {"card_id": known["card_id"], "below_cents": 500, "amount_cents": 2_000},
        ),
        (
            "POST",
            gifts,
            {"gift_id": known["gift_id"], "kind_id": known["kind_id"], "quote": "x"},
        ),
        ("POST", "/api/v1/ws-tickets/", {"room": f"sessions/{known['session_id']}"}),
        ("POST", "/api/v1/ws-tickets/", {"room": f"streams/{known['stream_id']}"}),
        ("POST", "/api/v1/ws-tickets/", {"room": f"me/{known['user_id']}"}),
    ]
    for method, path, body in asked:
        with django_db_blocker.unblock(), transaction.atomic(), clock.frozen(world.stage.now):
            browser, before = Client(), world.moved()
            browser.force_login(world.strangers["client"])
            answer = browser.generic(
                method,
                path,
                json.dumps(body, default=str),
                "application/json",
                headers={"Idempotency-Key": uuid4().hex},
            )
            assert world.moved() == before, path
            transaction.set_rollback(True)
        assert answer.status_code in {400, 403, 404, 409, 422}, f"{path}: {answer.content!r}"
        given = {str(value) for value in body.values()}
        told = answer.content.decode()
        assert [word for word in world.secrets() if word in told and word not in given] == []


def _strict(world: World, name: str) -> Client:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(world.people[name])
    return browser


def _browser(world: World, name: str) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(world.people[name])
    return browser


def _post(browser: Client, route: Route, world: World, body: dict[str, Any]) -> HttpResponse:
    with transaction.atomic(), clock.frozen(world.stage.now):
        answer: Any = browser.post(
            route.filled(world.values),
            urlencode(body),
            "application/x-www-form-urlencoded",
            headers={"Idempotency-Key": uuid4().hex, "Origin": "https://evil.example"},
        )
    return cast("HttpResponse", answer)


def _get(browser: Client, route: Route, world: World, query: dict[str, str]) -> HttpResponse:
    with transaction.atomic(), clock.frozen(world.stage.now):
        answer: Any = browser.get(route.filled(world.values), query)
        transaction.set_rollback(True)
    return cast("HttpResponse", answer)


def _typed(turn: int) -> dict[str, str]:
    """Another mixture of strange values for each route, and a way out wherever one may stand."""
    asked = {name: STRANGE[(turn + n) % len(STRANGE)] for n, name in enumerate(ASKED)}
    return asked | dict.fromkeys(ONWARD, WAYS_OUT[turn % len(WAYS_OUT)])


def _signed_in_onward(world: World, wanted: str) -> str:
    """Where the sign-in page leads who signs in with ``wanted`` behind it."""
    with transaction.atomic():
        typed = {"login": world.strangers["client"].email, "password": builders.PASSWORD}
        answer: Any = Client().post("/accounts/login/", {**typed, "next": wanted})
        assert answer.status_code == 302, answer.content[:500]
        transaction.set_rollback(True)
    return str(answer.headers["Location"])


def _stays(where: str) -> bool:
    """Whether a browser that is led to ``where`` stays with us."""
    if where.startswith(ELSEWHERE):
        return True
    plain = where.strip().replace("\\", "/")
    return urlsplit(plain).netloc in OURS and urlsplit(plain).scheme in {"", "http"}


def _links_out(answer: HttpResponse) -> bool:
    """Whether the page itself leads out: a link, a form or a picture of the evil site."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return False
    page = answer.content.decode()
    return any(f'{place}="{way}' in page for place in ("href", "action", "src") for way in WAYS_OUT)


@pytest.mark.parametrize("limit", [6])
def test_one_address_cannot_try_the_doors_without_end(db: None, settings: Any, limit: int) -> None:
    """Each try of another account is a new account's first: the address has a limit of its own."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "auth-address": (limit, 300)}
    caller = Client()

    answers = [
        caller.post(
            "/api/v1/auth/login/",
            {"email": f"somebody{n}@example.test", "password": "x"},
            content_type="application/json",
        )
        for n in range(limit + 1)
    ]

    assert [answer.status_code for answer in answers] == [401] * limit + [429]
    assert "Retry-After" in answers[-1].headers

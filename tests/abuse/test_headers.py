"""What each answer tells the browser, graded as in production: every route, every refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings

from backend.core import clock
from tests.abuse.walks import SLOW, owner_of, walked
from tests.house import admissions
from tests.house.routes import Route
from tests.house.world import World

READ_BY_THE_PRODUCTION: Final = """
import json, sys
from backend.config import settings
named = [n for n in dir(settings) if n.startswith(("SECURE_", "SESSION_", "CSRF_"))]
named += ["ALLOWED_HOSTS", "X_FRAME_OPTIONS", "CONTENT_SECURITY_POLICY", "CSP_FURTHER"]
named += ["PERMISSIONS_POLICY"]
json.dump({name: getattr(settings, name) for name in named}, sys.stdout, default=list)
"""
IN_PRODUCTION: Final = {
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "x" * 50,
    "SITE_URL": "https://readings.example",
    "ALLOWED_HOSTS": "readings.example",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_API_BASE": "",
    "ENGINE_GRANT_KEY": "x" * 40,
}
# Our scripts read these two; they say how a page looks and nothing about who looks.
READABLE_COOKIES: Final = {"theme", "text_size"}
EVALUATES: Final = "/django-admin/"
STATUSES: Final = {400, 401, 403, 404, 405, 503}
YEAR: Final = 31_536_000
# The hosted page is another window: a policy of its own, see ``payouts/views.py``.
BESIDE_A_ROOM: Final = "/wallet/return/"


@pytest.fixture(scope="module")
def production() -> Iterator[None]:
    """The settings that production starts with, as far as browsers see them."""
    said = subprocess.run(
        [sys.executable, "-c", READ_BY_THE_PRODUCTION],
        env={**os.environ, **IN_PRODUCTION},
        capture_output=True,
        text=True,
        check=True,
    )
    with override_settings(**json.loads(said.stdout)):
        yield


@pytest.mark.usefixtures("production")
def test_every_route_answers_with_every_protection(world: World, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        browsers = {who: _browser(world, who) for who in ("visitor", "client", "reader", "admin")}
        wrong = {}
        for route in walked():
            if route.path.startswith(SLOW):
                continue
            who = _who_opens(route)
            answer = _ask(browsers[who], route, world)
            if found := [*_wrong(answer, route.path), *_may_be_kept(answer, route, who)]:
                wrong[f"{route} as {who}: {answer.status_code}"] = found

    assert wrong == {}


@pytest.mark.usefixtures("production")
def test_refusals_and_errors_are_protected_like_pages(world: World, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        visitor, client = _browser(world, "visitor"), _browser(world, "client")
        strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
        strict.force_login(world.people["client"])
        tell = {"secure": True, "content_type": "application/json"}
        answers = {
            "no such page": visitor.get("/nowhere/", secure=True),
            "no such row": client.get(f"/sessions/{world.values['notice_id']}/", secure=True),
            "forbidden": client.get("/console/", secure=True),
            "no token of the form": strict.post("/settings/blocked/", {}, secure=True),
            "not signed in": visitor.get("/api/v1/users/me/", secure=True),
            "malformed": client.post("/api/v1/sessions/", "{", **tell),
            "wrong sign-in": visitor.post("/api/v1/auth/login/", "{}", **tell),
            "wrong method": client.delete("/wallet/", secure=True),
            "another host": visitor.get("/", secure=True, headers={"host": "evil.example"}),
            "out of order": visitor.get("/readyz", secure=True),  # no worker runs here
            "an unsigned webhook": visitor.post("/webhooks/stripe/", "{}", **tell),
        }
        over_http = visitor.get("/")
        transaction.set_rollback(True)

    assert over_http.headers["Location"] == "https://readings.example/"
    assert {answer.status_code for answer in answers.values()} >= STATUSES
    wrong = {name: list(_wrong(answer, "/")) for name, answer in answers.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


def _browser(world: World, who: str) -> Client:
    browser = Client(raise_request_exception=False, headers={"host": "readings.example"})
    if who != "visitor":
        browser.force_login(world.people[who])
    return browser


def _who_opens(route: Route) -> str:
    return "visitor" if route.path in admissions.PUBLIC else owner_of(route)


def _ask(browser: Client, route: Route, world: World) -> HttpResponse:
    with transaction.atomic(), clock.frozen(world.stage.now):
        answer: Any = browser.get(route.filled(world.values), secure=True)
        transaction.set_rollback(True)
    return answer  # type: ignore[no-any-return]


def _wrong(answer: HttpResponse, path: str) -> Iterator[str]:
    """Names of the headers that are missing or too weak."""
    heads = answer.headers
    hsts = heads.get("Strict-Transport-Security", "")
    if f"max-age={YEAR}" not in hsts or "includeSubDomains" not in hsts:
        yield "Strict-Transport-Security"
    expected = {
        "X-Content-Type-Options": {"nosniff"},
        "X-Frame-Options": {"DENY"},
        "Referrer-Policy": {"same-origin"},
        "Cross-Origin-Resource-Policy": {"same-origin"},
        "Cross-Origin-Opener-Policy": {
            "unsafe-none" if path == BESIDE_A_ROOM else "same-origin-allow-popups",
            "same-origin-allow-popups",
        },
    }
    yield from (name for name, good in expected.items() if heads.get(name) not in good)
    refused = {"geolocation=()", "usb=()", "payment=()", "camera=(self)", "microphone=(self)"}
    if not refused <= set(heads.get("Permissions-Policy", "").split(", ")):
        yield "Permissions-Policy"
    yield from (name for name in ("Server", "X-Powered-By") if name in heads)
    yield from _loose(heads.get("Content-Security-Policy", ""), path)
    yield from (f"cookie {cookie.key}" for cookie in answer.cookies.values() if _is_weak(cookie))


def _loose(policy: str, path: str) -> Iterator[str]:
    """What a Content Security Policy leaves open."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    rules = {name: set(rest) for name, *rest in parts}
    closed = {"object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    wanted = {"default-src": "'self'", "form-action": "'self'", "style-src": "'self'", **closed}
    yield from (f"CSP {name}" for name, only in wanted.items() if rules.get(name) != {only})
    evaluating = {"'unsafe-eval'"} if path.startswith(EVALUATES) else set()
    if rules.get("script-src") != {"'self'"} | evaluating:
        yield "CSP script-src"
    if any("unsafe-inline" in allowed or "*" in allowed for allowed in rules.values()):
        yield "CSP unsafe-inline or *"


def _is_weak(cookie: Any) -> bool:
    """A cookie of ours is sent over https alone, to us alone, and scripts do not read it."""
    if cookie["max-age"] == 0:
        return False  # taken away
    hidden = cookie["httponly"] or cookie.key in READABLE_COOKIES
    named = cookie.key not in {"sessionid", "csrftoken"}
    return not (named and hidden and cookie["secure"] and cookie["samesite"] in {"Lax", "Strict"})


def _may_be_kept(answer: HttpResponse, route: Route, who: str) -> Iterator[str]:
    """Whether a browser or a proxy may keep what is about one person."""
    if route.path.startswith(settings.MEDIA_URL):
        return
    private = who != "visitor" or settings.SESSION_COOKIE_NAME in answer.cookies
    if private and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "Cache-Control"

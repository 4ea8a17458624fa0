"""Strangers: every route as a visitor, a client and a reader who have no business there.

A route is public, one's own, or refused: new routes must be named below or refuse everybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from backend.accounts.models import User
from backend.core import clock
from backend.notifications import services as notifications
from payouts.models import TopUp
from tests import builders
from tests.conftest import NOON
from tests.house import admissions
from tests.house.routes import Route, all_routes
from tests.live.stage import Stage

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSALS: Final = {401, 403, 404, 405}
SENT_AWAY: Final = (
    "/django-admin/",
    "/accounts/login/",
    "/django-admin/login/",
    "/accounts/reauthenticate/",
)
QUESTION: Final = "Shall I take the blue house by the quay?"

# Bodies that would pass, so that a refusal is about who asks and not about what was sent.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "/api/v1/sessions/<session_id>/cap/": {"spend_cap_cents": 5_000},
    "/api/v1/sessions/<session_id>/review/": {"stars": 1, "text": "No."},
    "/api/v1/sessions/<session_id>/review/reply/": {"text": "No."},
    "/api/v1/admin/readers/": {"email": "new@example.test", "display_name": "New"},
    "/api/v1/admin/users/<user_id>/freeze/": {"reason": "x"},
    "/staff/people/<user_id>/freeze/": {"reason": "x"},
}
MOVED_SQL: Final = """
SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_movement),
       (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM ledger_pot p),
       (SELECT md5(string_agg(s::text, '|' ORDER BY id)) FROM live_readingsession s),
       (SELECT count(*) FROM live_chatmessage), (SELECT count(*) FROM marketplace_review),
       (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM payouts_topup t),
       (SELECT count(*) FROM mfa_authenticator), (SELECT count(*) FROM accounts_invitation),
       (SELECT md5(string_agg(n::text, '|' ORDER BY id)) FROM notifications_notification n),
       (SELECT md5(string_agg(u::text, '|' ORDER BY id)) FROM accounts_user u
        WHERE id = ANY(%s))
"""


@dataclass
class World:
    """A running reading of two people, and two others who want to see it."""

    stage: Stage
    values: dict[str, Any]
    victims: list[User]
    cookies: dict[str, str] = field(default_factory=dict)

    def moved(self) -> Any:
        """A fingerprint of money, sessions and the victims."""
        with connection.cursor() as cursor:
            cursor.execute(MOVED_SQL, [[user.pk for user in self.victims]])
            return cursor.fetchone()

    def secrets(self) -> list[str]:
        """What no stranger may read anywhere."""
        mails = [user.email for user in self.victims]
        ids = [str(self.values[name]) for name in ("session_id", "notice_id", "top_up_id")]
        return [*mails, QUESTION, *ids]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; each test looks at it inside a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


def _build() -> World:
    stage = Stage(NOON)
    stage.connect("chat", question=QUESTION)
    admin = builders.an_admin()
    notice = notifications.notify(
        user_id=stage.client.pk, kind="account", title="Between us", url="/settings/", at=NOON
    )
    key = Authenticator.objects.create(user=stage.client, type="webauthn", data={"name": "key"})
    values = {
        "session_id": stage.session.pk,
        "reader_id": stage.reader.pk,
        "user_id": stage.client.pk,
        "slug": stage.profile.slug,
        "notice_id": notice.pk,
        "top_up_id": _top_up_of(stage.client).pk,
        "pk": key.pk,
        "object_id": stage.client.pk,
        "content_type_id": 1,
        "app_label": "accounts",
        "url": "nowhere/",
        "key": "made-up",
        "uidb36": "1",
        "path": "nothing.png",
    }
    made = World(stage, values, [stage.client, stage.reader, admin])
    people = {
        "client": builders.a_client(cents=10_000, at=NOON),
        "reader": builders.a_reader(at=NOON).user,
    }
    for name, user in people.items():
        browser = Client()
        browser.force_login(user)
        made.cookies[name] = browser.cookies["sessionid"].value
    return made


def _top_up_of(client: User) -> TopUp:
    return TopUp.objects.create(
        client=client,
        key="k",
        amount_cents=2_000,
        currency="USD",
        status_since=NOON,
        created_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
    )


def _browser(world: World, stranger: str) -> Client:
    browser = Client(raise_request_exception=False)
    if stranger in world.cookies:
        browser.cookies["sessionid"] = world.cookies[stranger]
    return browser


def _ask(browser: Client, method: str, route: Route, path: str) -> HttpResponse:
    body = BODIES.get(route.path, {})
    json_body = route.path.startswith("/api/") or method != "POST"
    return browser.generic(
        method,
        path,
        "" if method == "GET" else json.dumps(body) if json_body else urlencode(body),
        "application/json" if json_body else "application/x-www-form-urlencoded",
        headers={"Idempotency-Key": uuid4().hex},
    )


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
    browser, path = _browser(world, stranger), route.filled(world.values)
    # The rows of Django's admin share one gate; two methods of each are enough.
    methods = METHODS[:2] if path.startswith("/django-admin/") else METHODS
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen(world.stage.now):
        before = world.moved()
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


@pytest.mark.parametrize("stranger", ["client", "reader"])
def test_the_strangers_are_signed_in(world: World, stranger: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        me = _browser(world, stranger).get("/api/v1/users/me/")

    assert (me.status_code, me.json()["role"]) == (200, stranger)


def test_every_route_named_in_the_lists_exists() -> None:
    named = admissions.PUBLIC | admissions.OWN | admissions.CLIENTS_OWN | admissions.READERS_OWN

    assert named - {route.path for route in all_routes()} == set()

"""Every column of words in the database holds markup, and no page takes it for its own.

What browsers make of the pages that scripts draw: ``tests/journeys/test_stored_scripts.py``.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Final, cast

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpResponse
from django.test import Client

from backend.core import clock
from tests.house.routes import Route, all_routes
from tests.house.world import World

# Closes a tag, opens one, and stands as an attribute where nobody quoted.
MARKUP: Final = "\"'></script><i xss=1> xss=2"
ROOM_FOR_WORDS: Final = 20
OURS: Final = {"backend", "readers", "live", "payouts", "marketplace", "admin_portal"}
# Not words of anybody: what our own code writes and reads again as a name, a place or a sum.
NAMES_OF_OURS: Final = {
    *("password", "timezone", "kind", "about", "act", "route", "body_hash", "hash", "head", "key"),
    *("path", "portrait", "art", "topic", "url", "checkout_url", "search_text", "source", "photo"),
    *("thumbnail", "content"),
}
# The ledger's lines never change; its words (`reason`) are shown from adjustments and refunds.
NEVER_CHANGED: Final = {"ledger_movement.reason", "accounts_auditentry.reason"}
NOT_READ: Final = (".pdf", "<object_id>/", "/add/", "/change/", "/delete/", "/history/")
OF_LIBRARIES: Final = {
    "usersessions_usersession": ("user_agent", "%s"),
    "account_emailaddress": ("email", """'"<i xss=1>' || id || '"@evil.test'"""),
    "accounts_user": ("email", """'"<i xss=1>' || id || '"@evil.test'"""),
    "mfa_authenticator": ("data", "jsonb_build_object('name', %s::text)"),
    "inbox_externalevent": ("payload", "jsonb_build_object(%s::text, %s::text)"),
}


@pytest.fixture
def poisoned(world: World, django_db_blocker: Any) -> Any:
    """The world with markup for words, until the test ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        # Before their secrets are overwritten: to be signed in keeps no word of anybody.
        browsers = {name: _browser(world, name) for name in ("client", "reader", "admin")}
        refused = {name for name in _columns() if not _poison(name)}
        for table, (column, words) in OF_LIBRARIES.items():
            with connection.cursor() as cursor:
                sql = f"UPDATE {table} SET {column} = {words}"
                if table == "mfa_authenticator":
                    sql += " WHERE type = 'webauthn'"
                cursor.execute(sql, [MARKUP] * words.count("%s") or None)
        yield browsers, refused
        transaction.set_rollback(True)


def test_no_page_takes_people_s_words_for_markup(world: World, poisoned: Any) -> None:
    browsers, refused = poisoned
    wrong, shown = [], set()
    for route in all_routes():
        if route.path.startswith("/api/") or route.path.endswith(NOT_READ):
            continue
        for who in _seen_by(route):
            answer = _get(browsers[who], route, world)
            assert answer.status_code < 500 or route.path == "/readyz", f"{route} as {who}"
            if "html" not in answer.headers.get("Content-Type", "") or answer.streaming:
                continue
            page = answer.content.decode()
            if "xss=1" in page:
                shown.add(route.path)
            if _is_taken_in(page):
                wrong.append(f"{route} as {who}")

    assert refused == NEVER_CHANGED
    assert wrong == []
    # The walk sees what it is about: profiles, rooms, cases, staff's pages all show such words.
    assert len(shown) > 40, sorted(shown)
    assert {"/readers/<slug>/", "/studio/live/<stream_id>/", "/disputes/<dispute_id>/"} <= shown
    assert {"/staff/people/<user_id>/", "/staff/reports/", "/staff/audit/"} <= shown


def test_markup_that_was_taken_in_is_recognised() -> None:
    for page in (
        f"<p>{MARKUP}</p>",
        f'<a title="{MARKUP}">x</a>',
        f"<script>const x = '{MARKUP}';</script>",
        "<input value=words xss=2>",
    ):
        assert _is_taken_in(page), page
    assert not _is_taken_in("<p>&lt;i xss=1&gt; xss=2</p>")


def _columns() -> list[str]:
    """``table.column`` of every column of ours that holds words."""
    return [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and (field.max_length or ROOM_FOR_WORDS) >= ROOM_FOR_WORDS
        and not (field.choices or field.unique or field.name in NAMES_OF_OURS)
        and not field.name.endswith("_id")
    ]


def _poison(name: str) -> bool:
    """Whether the database took the markup into every row of the column."""
    table, column = name.split(".")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            model = next(m for m in apps.get_models() if m._meta.db_table == table)
            longest = model._meta.get_field(column).max_length or 1_000
            sql = f"UPDATE {table} SET {column} = %s"
            cursor.execute(sql, [MARKUP[:longest]])
    except DatabaseError:
        return False
    return True


def _browser(world: World, name: str) -> Client:
    browser = Client()
    browser.force_login(world.people[name])
    return browser


def _seen_by(route: Route) -> tuple[str, ...]:
    staff = route.path.startswith(("/staff/", "/django-admin/"))
    return ("admin",) if staff else ("client", "reader")


def _get(browser: Client, route: Route, world: World) -> HttpResponse:
    with transaction.atomic(), clock.frozen(world.stage.now):
        answer: Any = browser.get(route.filled(world.values))
        transaction.set_rollback(True)
    return cast("HttpResponse", answer)


class _Reader(HTMLParser):
    """Notes whether a tag has the attribute that only people's words have."""

    taken_in = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.taken_in = self.taken_in or any(name == "xss" for name, _ in attrs)


def _is_taken_in(page: str) -> bool:
    reader = _Reader()
    reader.feed(page)
    return reader.taken_in or "<i xss" in page

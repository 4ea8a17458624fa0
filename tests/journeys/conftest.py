"""A live product, a browser for each story, and the rows of the product in reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from backend.accounts.models import User
from backend.core import clock
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import people, stack

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
Kind = TypeVar("Kind", bound=people.Person)


@pytest.fixture(scope="package")
def product(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[stack.Stack]:
    """The live product, started once for all the stories."""
    with stack.running(tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.fixture
def rows(
    product: stack.Stack, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let this test read and write the database of the live product."""
    # The browser's driver keeps an event loop in this thread; nothing else runs on it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    default = connections["default"]
    own = default.settings_dict["NAME"]
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict["NAME"] = product.database
        yield
        default.close()
        default.settings_dict["NAME"] = own


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def meet(
    product: stack.Stack, rows: None, browser: Browser
) -> Iterator[Callable[[type[Kind]], Kind]]:
    """``meet(Client)``, ``meet(Reader)``: somebody at a window of their own."""
    # Where the browser's loop runs Django keeps a second connection, which an earlier test may
    # have left open on its own database.
    connections["default"].close()

    def somebody(kind: type[Kind]) -> Kind:
        context = people.a_context(browser, product.url)
        return kind(context=context, page=context.new_page(), url=product.url)

    yield somebody
    connections["default"].close()


@pytest.fixture
def client(meet: Callable[[type[people.Client]], people.Client], rows: None) -> people.Client:
    """A client who is signed in and has $20.00."""
    person = meet(people.Client)
    person.enter_as(builders.a_client(at=clock.now(), cents=2_000))
    return person


@pytest.fixture
def reader_rows(rows: None) -> ReaderProfile:
    """A reader who asks $6.00 a minute for every kind, offline until their page says otherwise.

    Their address may be seen: what goes through the relay has a story of its own.
    """
    profile = builders.a_reader(at=clock.now(), rates=(600, 600, 600), online=False)
    profile.relay_only = False
    profile.save(update_fields=["relay_only"])
    return profile


@pytest.fixture
def reader(
    meet: Callable[[type[people.Reader]], people.Reader], reader_rows: ReaderProfile
) -> people.Reader:
    """That reader, at the console and online."""
    person = meet(people.Reader)
    person.enter_as(User.objects.get(pk=reader_rows.pk))
    person.go_online()
    return person

"""Readings that never begin: declined, unanswered, never connected. None of them costs a cent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.core import clock
from live.models import ReadingSession
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import books
from tests.journeys.people import PATIENCE_MS, Client, Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]


def test_a_declined_ring_costs_nothing(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "chat")
    reader.decline()

    expect(client.page.get_by_role("dialog")).to_contain_text("No charge", timeout=PATIENCE_MS)
    expect(reader.page.locator("[data-door-title]")).to_have_text("Declined")
    _nothing_was_charged(client, "declined")


def test_a_missed_ring_and_a_line_that_never_stands_cost_nothing(
    client: Client, reader: Reader, reader_rows: ReaderProfile, meet: Callable[[Any], Any]
) -> None:
    other_client, other_reader, other_rows = _another_pair(meet)
    client.ask(reader_rows.slug, "chat")  # nobody answers this one
    other_client.ask(other_rows.slug, "voice")
    other_reader.accept()
    other_client.page.wait_for_url("**/sessions/**")  # and nobody joins this one
    session_id = other_client.session_id()

    expect(client.page.get_by_role("dialog")).to_contain_text("No charge", timeout=PATIENCE_MS)
    expect(reader.page.locator("[data-door-title]")).to_contain_text("without an answer")
    ended = other_client.page.locator('[data-panel="ended"]')
    expect(ended).to_contain_text("Nothing was charged", timeout=2 * PATIENCE_MS)
    assert books.settled(session_id).state == "no_connect"
    _nothing_was_charged(client, "missed")
    _nothing_was_charged(other_client, "no_connect")


def _another_pair(meet: Callable[[Any], Any]) -> tuple[Client, Reader, ReaderProfile]:
    rows = builders.a_reader(at=clock.now(), rates=(600, 600, 600), online=False)
    client, reader = meet(Client), meet(Reader)
    client.enter_as(builders.a_client(at=clock.now(), cents=2_000))
    reader.enter_as(User.objects.get(pk=rows.pk))
    reader.go_online()
    return client, reader, rows


def _nothing_was_charged(client: Client, state: str) -> None:
    assert client.balance() == 2_000
    newest = ReadingSession.objects.filter(state=state).latest("requested_at")
    account = books.settled(newest.pk)
    assert (account.paid_cents, account.billed_s) == (0, 0)

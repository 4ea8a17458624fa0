"""One page loses its network: the clock stops for both, and nobody pays for the silence."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from readers.models import ReaderProfile
from tests.journeys import books
from tests.journeys.people import Client, Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]


def test_a_lost_line_pauses_comes_back_and_costs_nothing(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "voice")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    session_id = client.session_id()
    client.join()
    reader.join()
    client.sees("active")
    began = time.monotonic()
    client.page.wait_for_timeout(6_000)

    client.lose_the_network()
    connected = time.monotonic() - began
    reader.sees("paused")
    expect(reader.strip).to_contain_text("Paused, not charged")
    expect(client.strip).to_contain_text("Your line is quiet")
    paused = books.of(session_id)
    assert paused.state == "paused"
    assert paused.billed_s <= connected + 1
    client.find_the_network()
    reader.sees("active")
    client.sees("active")
    assert books.of(session_id).paid_cents == paused.paid_cents  # the silence was free

    # The second time nobody comes back: it ends by itself, and only proven seconds are paid.
    again = time.monotonic()
    client.lose_the_network()
    reader.sees("ended", within_ms=60_000)
    expect(reader.page.locator('[data-panel="ended"]')).to_contain_text("did not come back")
    account = books.settled(session_id)
    assert account.reason == "timeout"
    assert account.billed_s <= paused.billed_s + (time.monotonic() - again)
    client.find_the_network()
    client.sees("ended")  # told on the way back in
    assert client.balance() == 2_000 - account.paid_cents

"""A newcomer's first evening: sign up, add money, a video reading, the receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.ledger import selectors as ledger
from readers.models import ReaderProfile
from readers.services import profiles
from tests.journeys import books
from tests.journeys.people import PATIENCE_MS, Client, Reader, cents, pay

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


@pytest.fixture
def dear_reader(reader_rows: ReaderProfile, at: Any) -> ReaderProfile:
    """$10.00 last 30 seconds with this reader."""
    rates = {"chat": 2_000, "voice": 2_000, "video": 2_000}
    profiles.set_rates(reader_id=reader_rows.pk, rates=rates, at=at)
    return reader_rows


def test_from_sign_up_to_a_receipt_that_agrees_with_the_ledger(
    dear_reader: ReaderProfile, meet: Callable[[Any], Any], reader: Reader
) -> None:
    client: Client = meet(Client)
    client.sign_up("Maya Delacroix", "maya@example.test")
    client.top_up(10)
    client.ask(dear_reader.slug, "video", question="Should I move to Lisbon?")
    expect(reader.page.locator("[data-door]")).to_contain_text("Should I move to Lisbon?")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    session_id = client.session_id()
    expect(client.strip).to_contain_text("Connecting, not charged")
    client.join()
    reader.join()

    for person in (client, reader):
        person.sees("active")
    _frames_are_decoded(client)
    _frames_are_decoded(reader)

    _minutes_are_billed_while_it_runs(client, session_id)
    sheet = client.page.locator("[data-low]")
    expect(sheet).to_be_visible(timeout=PATIENCE_MS)  # the server's warning, 12 seconds before
    _add_funds_beside_the_reading(client)
    expect(sheet).to_be_hidden(timeout=PATIENCE_MS)
    client.sees("active")

    client.end()
    for person in (client, reader):
        person.sees("ended")
    client.open_receipt()
    reader.open_receipt()
    account = books.settled(session_id)
    assert (account.state, account.reason) == ("ended", "hangup_client")
    assert account.paid_cents > 0
    assert cents(client.page.locator("[data-paid]").inner_text()) == account.paid_cents
    assert _sum_of_minutes(client) == account.paid_cents
    assert cents(reader.page.locator("[data-earned]").inner_text()) == account.earned_cents
    assert client.balance() == 2_000 - account.paid_cents
    earnings = ledger.earnings_of(dear_reader.pk)
    assert earnings.pending_cents == account.earned_cents
    _review(client, reader, session_id)


def _frames_are_decoded(person: Any) -> None:
    person.until(lambda: person.media()["frames"] > 0)
    before = person.media()["frames"]
    person.until(lambda: person.media()["frames"] > before + 10)
    assert person.asked() == {"audio", "video"}


def _minutes_are_billed_while_it_runs(client: Client, session_id: Any) -> None:
    client.until(lambda: client.so_far() > 0)
    client.until(lambda: books.of(session_id).paid_cents > 0)
    running = books.of(session_id)
    assert running.state == "active"
    assert running.held_cents > 0


def _add_funds_beside_the_reading(client: Client) -> None:
    with client.context.expect_page() as beside:
        client.page.get_by_role("button", name="Add $10.00").first.click()
    pay(beside.value)


def _sum_of_minutes(person: Any) -> int:
    charged = person.page.locator("[data-minutes] td:nth-child(4)").all_inner_texts()
    return sum(cents(text) for text in charged)


def _review(client: Client, reader: Reader, session_id: Any) -> None:
    client.page.goto(f"/sessions/{session_id}/receipt/")
    client.page.locator(".rate label").nth(4).click()
    client.page.get_by_label("A few words").fill("She let me be quiet about it.")
    client.page.get_by_role("button", name="Share review").click()
    expect(client.page.locator("[data-review-shown]")).to_contain_text("She let me be quiet")
    reader.page.reload()
    reader.page.get_by_label("Your answer").fill("Thank you, Maya.")
    reader.page.get_by_role("button", name="Share answer").click()
    expect(reader.page.locator("[data-reply-shown]")).to_contain_text("Thank you, Maya.")

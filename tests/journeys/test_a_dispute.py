"""A reading went wrong: from its receipt to the money back, with the evidence between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import AuditEntry
from backend.core import clock
from backend.ledger import audit
from payouts.models import Dispute
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import books
from tests.journeys.people import PATIENCE_MS, Client, Person, Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]

SAID = "I see a blue house by the quay"


def test_a_dispute_from_receipt_to_refund(
    client: Client, reader: Reader, reader_rows: ReaderProfile, meet: Callable[[Any], Any]
) -> None:
    _read(client, reader, reader_rows)
    account = books.settled(client.session_id())
    assert account.paid_cents > 0

    client.open_receipt()
    client.page.get_by_role("link", name="Something wrong?").click()
    sheet = client.page.get_by_role("dialog")
    sheet.get_by_label("The reader was silent or away").check()
    sheet.get_by_label("Tell us about it").fill("She said one sentence and no more.")
    sheet.get_by_role("button", name="Ask us to look at it").click()
    expect(client.page.get_by_text("Waiting for our answer").first).to_be_visible()

    staff: Person = meet(Person)
    staff.enter_as(builders.an_admin(name="Noor"))
    _decide_by_keyboard(staff.page)

    dispute = Dispute.objects.latest("opened_at")
    decision = dispute.decisions.get()
    assert (decision.outcome, decision.cents) == ("full", account.paid_cents)
    assert client.balance() == 2_000
    assert audit.proofs(clock.now()) == []
    client.page.goto(f"/disputes/{dispute.pk}/")
    expect(client.page.locator("main")).to_contain_text("came back")
    assert AuditEntry.objects.get(act="chat.read").reason == "To see how much she wrote"


def _read(client: Client, reader: Reader, reader_rows: ReaderProfile) -> None:
    """A chat of a few seconds in which the reader writes one sentence."""
    client.ask(reader_rows.slug, "chat")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    for person in (client, reader):
        person.sees("active")
    reader.write(SAID)
    expect(client.page.get_by_role("log")).to_contain_text(SAID)
    client.page.wait_for_timeout(6_000)
    client.page.get_by_role("button", name="End").first.click()
    client.page.get_by_role("button", name="End reading").locator("visible=true").click()
    client.sees("ended")


def _decide_by_keyboard(page: Page) -> None:
    """From the queue into the case, one look at what was written, full credit."""
    page.goto("/staff/disputes/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/disputes/*-*/")
    expect(page.get_by_text("Evidence intact")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(SAID)
    page.get_by_role("button", name="View and log my name").click()
    page.get_by_label("Why you need to read it").fill("To see how much she wrote")
    page.keyboard.press("Enter")
    expect(page.locator(".case-rows")).to_contain_text(SAID)
    expect(page.locator(".case-rows")).to_contain_text("As it was sealed")

    page.keyboard.press("r")
    for _ in range(2):  # reject, minutes, full
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Full credit")).to_be_checked()
    lines = page.locator(".case-preview")
    expect(lines).to_contain_text("If you confirm, these lines are written", timeout=PATIENCE_MS)
    page.get_by_label("Reason, for staff only").fill("One sentence in all that time")
    credit = page.get_by_role("button", name="Credit $")
    expect(credit).to_be_enabled(timeout=PATIENCE_MS)
    credit.click()
    expect(page.get_by_text("Both sides were told")).to_be_visible()

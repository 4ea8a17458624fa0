"""A bank takes a payment back in the middle of a reading, and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.core import clock
from backend.ledger import selectors as ledger
from payouts.models import Chargeback, TopUp
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import books, stack
from tests.journeys.people import Client, Person, Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]


def _bank(product: stack.Stack, path: str, **asked: object) -> dict[str, Any]:
    """Let the stand-in's bank do something; the product hears of it by webhook."""
    address, _, port = product.url.rpartition(":")
    answer = httpx.post(
        f"{address.replace('localhost', '127.0.0.1')}:{int(port) + 1}/_sandbox/{path}", json=asked
    )
    answer.raise_for_status()
    return dict(answer.json())


def test_a_chargeback_is_lost(
    product: stack.Stack,
    meet: Callable[[Any], Any],
    reader: Reader,
    reader_rows: ReaderProfile,
) -> None:
    client, staff = meet(Client), meet(Person)
    payer = builders.a_client(at=clock.now())
    client.enter_as(payer)
    client.top_up(20)
    payment_id = TopUp.objects.get(client=payer).payment_intent_id
    client.ask(reader_rows.slug, "chat")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    client.sees("active")
    session_id = client.session_id()
    client.until(lambda: books.of(session_id).paid_cents > 0)

    disputed = _bank(product, f"charges/{payment_id}/dispute", reason="product_not_received")

    client.sees("ended")
    paid_cents = books.settled(session_id).paid_cents
    client.page.goto("/wallet/")
    expect(client.page.locator("main")).to_contain_text("frozen")
    client.page.goto(f"/readers/{reader_rows.slug}/?kind=chat")
    client.page.locator("[data-ask]:visible").first.click()
    client.page.locator("[data-send]").click()
    expect(client.page.get_by_role("dialog")).to_contain_text("looking at your account")

    staff.enter_as(builders.an_admin())
    staff.page.goto("/staff/bank-disputes/")
    staff.page.get_by_role("link", name=payer.display_name).click()
    expect(staff.page.locator("main")).to_contain_text("1 reading of")
    staff.page.get_by_label("In your own words").fill("They talked; see the minutes.")
    staff.page.get_by_role("button", name="Send to the bank").click()
    expect(staff.page.locator("main")).to_contain_text("The bank has it now")

    _bank(product, f"disputes/{disputed['id']}/decide", outcome="lost")

    client.until(lambda: Chargeback.objects.get(client=payer).state == "lost")
    staff.page.goto("/staff/bank-disputes/?view=decided")
    staff.page.get_by_role("link", name=payer.display_name).click()
    expect(staff.page.locator("main")).to_contain_text("Bank's dispute lost")
    staff.page.get_by_label("Reason").fill("They are a client of long standing.")
    staff.page.get_by_role("button", name="Let their money move again").click()
    expect(staff.page.locator("main")).to_contain_text("Their money moves again")
    assert not User.objects.get(pk=payer.pk).is_under_review
    assert ledger.balance_of(payer.pk).debt_cents == paid_cents
    client.page.goto("/wallet/")
    expect(client.page.locator("main")).to_contain_text("You owe $")

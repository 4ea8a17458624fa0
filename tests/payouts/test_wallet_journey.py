"""Adding money in a real browser: the wallet, the hosted page, the bank, and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from payouts.models import TopUp
from tests import builders
from tests.payouts.conftest import Till

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sandbox,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright's own loop would make Django think that it runs in an async context.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    found = next((p for p in ("/usr/bin/chromium",) if Path(p).exists()), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, till: Till, webhook_url: str, live_server: Any, settings: Any) -> Page:
    """The client's browser, signed in, at the product."""
    settings.SITE_URL = live_server.url
    signed_in = Client()
    signed_in.force_login(till.client)
    context = chromium.new_context(base_url=live_server.url)
    name = django_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": signed_in.cookies[name].value, "url": live_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def _shoot(page: Page, name: str) -> None:
    if not SHOTS:
        return
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def test_a_client_adds_twenty_dollars(page: Page, till: Till) -> None:
    builders.top_up(till.client, 1250, at=till.at)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/wallet/")
    expect(page.locator("main [data-balance]")).to_have_text("$12.50")
    _shoot(page, "wallet")

    page.get_by_role("button", name="Add $20.00").click()
    page.wait_for_url("**/pay/**")
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="Pay $20.00").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was charged")
    page.get_by_label("Card number").fill("4000 0025 0000 3155")
    page.get_by_role("button", name="Pay $20.00").click()
    page.get_by_role("button", name="Approve").click()

    page.wait_for_url("**/wallet/return/**")
    expect(page.get_by_role("heading", name="Waiting for your bank")).to_be_visible()
    _shoot(page, "return-waiting")
    assert till.cash_cents == 1250
    till.sandbox.settle()
    till.work()
    expect(page.get_by_role("heading", name="$20.00 is in your wallet")).to_be_visible()
    expect(page.locator(".purse [data-balance]")).to_have_text("$32.50")
    _shoot(page, "return-done")
    page.get_by_role("link", name="To your wallet").click()
    expect(page.locator("main [data-balance]")).to_have_text("$32.50")
    expect(page.get_by_role("row").nth(1)).to_contain_text("+$20.00")
    _shoot(page, "wallet-after")
    assert errors == []


def test_an_amount_of_ones_own_is_checked_before_it_is_sent(page: Page, till: Till) -> None:
    page.goto("/wallet/")
    page.get_by_role("radio", name="Other").check()
    amount = page.get_by_label("Amount in dollars")
    for wrong in ("4.99", "500.01", "1e3", "-20", "12.345", "abc", ""):
        amount.fill(wrong)
        page.locator("[data-submit]").click()
        expect(page.locator("[data-refusal]")).to_contain_text("Choose from $5.00 to $500.00")
    assert not TopUp.objects.exists()
    amount.fill("37,5")
    page.get_by_role("button", name="Add $37.50").click()
    page.wait_for_url("**/pay/**")
    assert TopUp.objects.get().amount_cents == 3750


def test_leaving_the_hosted_page_costs_nothing(page: Page, till: Till) -> None:
    page.goto("/wallet/?next=/readers/")
    page.get_by_role("button", name="Add $20.00").click()
    page.wait_for_url("**/pay/**")
    page.get_by_role("link", name="Go back, pay nothing").click()
    expect(page.get_by_role("heading", name="Nothing was charged")).to_be_visible()
    _shoot(page, "return-left")
    assert (
        page.get_by_role("link", name="Back to where you were").get_attribute("href") == "/readers/"
    )
    till.assert_nothing_moved()


def test_a_second_window_beside_a_room_says_when_it_is_done(page: Page, till: Till) -> None:
    page.goto("/wallet/")
    top_up = till.start()
    with page.expect_popup() as opened:
        open_beside = "url => { window.open('', 'soulseer-top-up').location.href = url }"
        page.evaluate(open_beside, top_up.checkout_url)
    beside = opened.value
    beside.get_by_label("Card number").fill("4242 4242 4242 4242")
    beside.get_by_role("button", name="Pay $20.00").click()
    beside.wait_for_url("**/wallet/return/**")
    till.sandbox.settle()
    till.work()
    expect(beside.get_by_text("You can close this window")).to_be_visible()
    beside.wait_for_event("close")

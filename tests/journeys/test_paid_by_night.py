"""A reader sets up payouts on Stripe's own page, is paid in the night, and sees it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from backend.core import clock
from backend.ledger import audit
from payouts.models import Payout
from scripts.surroundings import ROOT
from tests import builders
from tests.journeys.people import PATIENCE_MS, Reader
from tests.journeys.stack import Stack
from tests.payouts.earnings.conftest import earn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]


def test_a_reader_onboards_is_paid_by_night_and_sees_it(
    product: Stack, meet: Callable[[type[Reader]], Reader]
) -> None:
    user = builders.a_reader(at=clock.now(), online=False).user
    earn(user, 8_410, at=clock.now())
    reader = meet(Reader)
    page = reader.page
    reader.enter_as(user)
    page.goto("/earnings/")
    expect(page.get_by_text("Tell Stripe where your money should go.")).to_be_visible()

    page.get_by_role("button", name="Set up payouts").click()
    page.fill("input[name=password]", builders.PASSWORD)  # where money goes is asked afresh
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Go to Stripe").click()
    expect(page.get_by_text("A bank account or debit card")).to_be_visible()
    page.get_by_role("button", name="Give everything that is due").click()
    page.wait_for_url("**/earnings/")
    expect(page.get_by_text("You are set up.").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\$84\.10")).first).to_be_visible()

    _let_night_fall(product)
    reader.until(lambda: Payout.objects.filter(reader=user, state="sent").exists())
    page.goto("/earnings/")
    sent = page.locator("li").filter(has_text="tr_").first
    expect(sent).to_contain_text("$84.10", timeout=PATIENCE_MS)
    expect(sent).to_contain_text("Sent")
    page.goto("/notifications/")
    expect(page.get_by_text("$84.10 is on its way to you").first).to_be_visible()
    assert audit.proofs(clock.now()) == []


def _let_night_fall(product: Stack) -> None:
    """Money in our balance at Stripe, and the job that beat starts at 02:00 UTC."""
    environment: dict[str, Any] = product.engine.environment
    stripe = environment["STRIPE_API_BASE"]
    httpx.post(f"{stripe}/_sandbox/balance/add", json={"amount": 100_000}).raise_for_status()
    celery = [sys.executable, "-m", "celery", "--app", "backend.config.celery"]
    subprocess.run(
        [*celery, "call", "payouts.earnings.tasks.pay_tonight"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )

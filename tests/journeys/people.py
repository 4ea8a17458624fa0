"""People in front of browsers: what a client and a reader do on the pages, as a person would."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import test
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from backend.accounts.models import User
from tests.builders import PASSWORD

PATIENCE_MS = 30_000
STEP_MS = 200
# The page's own connections and what it asked of the devices, kept where a test can look.
WITNESS = """
(() => {
  const Connection = window.RTCPeerConnection;
  window.seen = { calls: [], asked: [] };
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) { super(...given); window.seen.calls.push(this); }
  };
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wish) => {
    for (const name of ["audio", "video"]) if (wish[name]) window.seen.asked.push(name);
    return open(wish);
  };
})();
"""
MEDIA = """
async () => {
  const call = window.seen.calls.filter((each) => each.connectionState === "connected").at(-1);
  const sum = { frames: 0, bytes: 0, energy: 0, ways: [] };
  if (!call) return sum;
  (await call.getStats()).forEach((row) => {
    if (row.type === "inbound-rtp") {
      sum.frames += row.framesDecoded || 0;
      sum.bytes += row.bytesReceived || 0;
      sum.energy += row.totalAudioEnergy || 0;
    }
    if (row.type === "local-candidate") sum.ways.push(row.candidateType);
  });
  return sum;
}
"""


def cents(text: str) -> int:
    """``$1,234.56`` somewhere in ``text``, as cents."""
    found = re.search(r"\$([\d,]+)\.(\d\d)", text)
    assert found, text
    return int(found[1].replace(",", "")) * 100 + int(found[2])


@dataclass
class Person:
    """Somebody with a browser of their own, camera and microphone included."""

    context: BrowserContext
    page: Page
    url: str

    def enter_as(self, user: User) -> None:
        """Be signed in, without the minute that a form would take of the whole run."""
        door = test.Client()
        door.force_login(user, backend="backend.accounts.backends.StandingBackend")
        kept = door.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": self.url}]
        )

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds``. (The page's own policy forbids Playwright's polling inside it.)"""
        for _ in range(PATIENCE_MS // STEP_MS):
            if holds():
                return
            self.page.wait_for_timeout(STEP_MS)
        raise AssertionError(f"It did not come to hold on {self.page.url}.")

    # ── in the room ─────────────────────────────────────────────────────────────────────
    def join(self) -> None:
        """Leave the check before the room by its one button."""
        self.page.locator("[data-join]").click()

    def state(self) -> str:
        """``connecting``, ``active``, ``paused`` or ``ended``, as the strip shows it."""
        return self.strip.get_attribute("data-state") or ""

    def sees(self, state: str, *, within_ms: int = PATIENCE_MS) -> None:
        expect(self.strip).to_have_attribute("data-state", state, timeout=within_ms)

    def media(self) -> dict[str, float]:
        """What this page has received on its live connection (getStats)."""
        return dict(self.page.evaluate(MEDIA))

    def asked(self) -> set[str]:
        """Which devices the room's page has opened: ``audio``, ``video``."""
        return set(self.page.evaluate("window.seen.asked"))

    @property
    def strip(self) -> Locator:
        return self.page.locator(".strip")

    def so_far(self) -> int:
        """Cents on the strip."""
        return cents(self.strip.locator('[data-meter="cost"]').inner_text())

    def session_id(self) -> UUID:
        found = re.search(r"/sessions/([0-9a-f-]{36})/", self.page.url)
        assert found, self.page.url
        return UUID(found[1])

    def write(self, text: str) -> None:
        self.page.get_by_label("Your message").fill(text)
        self.page.get_by_role("button", name="Send").click()

    def end(self) -> None:
        self.page.keyboard.press("e")
        self.page.get_by_role("button", name="End reading").locator("visible=true").click()

    def open_receipt(self) -> None:
        self.page.get_by_role("link", name="See the receipt").click(timeout=PATIENCE_MS)
        self.page.wait_for_url("**/receipt/")

    def lose_the_network(self) -> None:
        self.context.set_offline(True)

    def find_the_network(self) -> None:
        self.context.set_offline(False)


class Client(Person):
    """Who pays."""

    def sign_up(self, name: str, email: str) -> None:
        self.page.goto("/accounts/signup/")
        self.page.fill("input[name=display_name]", name)
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password1]", PASSWORD)
        self.page.check("input[name=is_adult]")
        self.page.locator("main form button.rose").click()
        expect(self.page.locator(".purse")).to_be_visible()

    def top_up(self, dollars: int) -> None:
        """From the wallet to the hosted page, pay there, come back to the money."""
        self.page.goto("/wallet/")
        self.page.locator(f"input[name=amount][value='{dollars * 100}']").check(force=True)
        self.page.get_by_role("button", name=f"Add ${dollars}.00").click()
        pay(self.page)
        arrived = self.page.get_by_role("heading", name=f"${dollars}.00 is in your wallet")
        expect(arrived).to_be_visible(timeout=PATIENCE_MS)

    def ask(self, slug: str, kind: str, *, question: str = "") -> None:
        """Ring the reader from their page."""
        self.page.goto(f"/readers/{slug}/?kind={kind}")
        self.page.locator("[data-ask]:visible").first.click()
        self.page.fill("#question", question)
        self.page.locator("[data-send]").click()
        expect(self.page.get_by_role("dialog")).to_contain_text("Ringing")

    def balance(self) -> int:
        """Cents to spend, as the wallet says."""
        self.page.goto("/wallet/")
        return cents(self.page.locator("[data-balance].amount").inner_text())


class Reader(Person):
    """Who reads."""

    def go_online(self) -> None:
        self.page.goto("/console/")
        status = self.page.locator("[data-status]")
        if status.get_attribute("data-is") != "online":
            self.page.locator('[data-all="on"]').click()
        expect(status).to_have_attribute("data-is", "online", timeout=PATIENCE_MS)

    def accept(self) -> None:
        self.page.locator("[data-accept]").click(timeout=PATIENCE_MS)
        self.page.wait_for_url("**/sessions/**")

    def decline(self) -> None:
        expect(self.page.locator("[data-decline]")).to_be_visible(timeout=PATIENCE_MS)
        self.page.keyboard.press("d")


def pay(page: Page) -> None:
    """Fill in the hosted page of the payment service."""
    page.fill("#number", "4242 4242 4242 4242")
    page.locator("button.gold").click()


def a_context(browser: Browser, url: str) -> BrowserContext:
    """A private window with a camera and a microphone."""
    context = browser.new_context(
        base_url=url,
        permissions=["camera", "microphone"],
        viewport={"width": 1100, "height": 760},
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WITNESS)
    return context

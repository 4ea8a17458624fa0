"""B6: from the click on *Join* to a picture on both pages, beside a bare pair of connections.

Both sides of the comparison are two pages of one Chromium with fake cameras that are open
already, and one of the two waits in the room. Ours goes the whole way of the product: the real
room page, its socket, tickets, ICE servers and roles from the server. The bare pair has one
RTCPeerConnection a page and the least websocket relay that works.
"""

from __future__ import annotations

import os
import statistics
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from bench import places
from bench.figures import Figure
from bench.media import bare, product

TRIALS: Final = 7
PORT: Final = 17_600
GOAL_RATIO: Final = 1.3
_CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS: Final = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"),
    *("--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"),
]
# Notes when the click happened and when the first remote picture was shown, on one clock.
_WATCH: Final = """
addEventListener("click", ({ target }) => {
  if (target.closest("[data-join]")) window.clickedAt = performance.timeOrigin + performance.now();
}, true);
const watch = () => {
  const video = document.querySelector("video[data-remote]");
  if (!video) return requestAnimationFrame(watch);
  video.requestVideoFrameCallback(() => {
    window.seenAt = performance.timeOrigin + performance.now();
  });
};
watch();
"""


def figures() -> list[Figure]:
    """The medians of both, in milliseconds."""
    from playwright.sync_api import sync_playwright

    os.environ |= {"REQUESTS_MAX": "1000", "UNANSWERED_MAX": "1000"}
    ours: list[float] = []
    peer: list[float] = []
    with (
        places.database("b6"),
        product.serving(PORT) as base,
        bare.served(PORT + 1) as bare_base,
        ThreadPoolExecutor(1) as rows,  # Django refuses queries where playwright runs its loop
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        pair = rows.submit(product.people, base, at=_now()).result()
        for _ in range(TRIALS):
            url = rows.submit(product.meet, pair, at=_now()).result()
            ours.append(_in_the_room(browser, pair, url))
            rows.submit(product.part, url, at=_now()).result()
            peer.append(_bare_pair(browser, bare_base))
        browser.close()
    mine, theirs = statistics.median(ours), statistics.median(peer)
    return [
        Figure(
            "B6",
            "click to picture on both pages, median",
            "ms",
            mine,
            theirs,
            "bare RTCPeerConnection pair",
            f"<= {GOAL_RATIO} times the peer",
            met=mine <= GOAL_RATIO * theirs,
            note=f"{TRIALS} trials each; ours {_spread(ours)}, peer {_spread(peer)}",
        )
    ]


def _in_the_room(browser: Any, pair: product.Pair, url: str) -> float:
    reader = _page(browser, pair.base, pair.reader_cookie)
    client = _page(browser, pair.base, pair.client_cookie)
    for page in (reader, client):
        page.goto(url)
        page.wait_for_function("document.querySelector('video[data-preview]')?.srcObject")
    reader.locator("[data-join]").click()
    reader.wait_for_timeout(400)
    return _click_and_see(client, reader)


def _bare_pair(browser: Any, base: str) -> float:
    callee = _page(browser, base, "")
    caller = _page(browser, base, "")
    for page, role in ((callee, "callee"), (caller, "caller")):
        page.goto(f"{base}/?role={role}")
        page.wait_for_selector("body[data-ready]")
    return _click_and_see(caller, callee)


def _click_and_see(clicks: Any, waits: Any) -> float:
    clicks.locator("[data-join]").click()
    for page in (clicks, waits):
        page.wait_for_function("window.seenAt", timeout=30_000)
    began = clicks.evaluate("window.clickedAt")
    seen = max(page.evaluate("window.seenAt") for page in (clicks, waits))
    for page in (clicks, waits):
        page.context.close()
    return float(seen - began)


def _page(browser: Any, base: str, cookie: str) -> Any:
    context = browser.new_context(permissions=["camera", "microphone"], bypass_csp=True)
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    context.add_init_script(_WATCH)
    return context.new_page()


def _spread(times: list[float]) -> str:
    return f"{min(times):.0f} to {max(times):.0f}"


def _now() -> datetime:
    return datetime.now(UTC)

"""From the click on a live stream to its first picture, in Chromium.

Ours goes the whole way of the product: the click on the stream's card in the directory, the real
room page, the way in asked of the server, a grant, WHEP. The bare page goes to a page that has
nothing but one connection to the same engine. Both were visited before, as by somebody who looks
at streams one after the other.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bench.streams.doors import Grant

_HERE: Final = Path(__file__).parent
_CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS: Final = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"),
]
# Notes the click on the first page and the first picture on the second, on one clock.
_WATCH: Final = """
addEventListener("click", () => {
  sessionStorage.clickedAt = performance.timeOrigin + performance.now();
}, true);
const watch = () => {
  const video = document.querySelector("video[data-video]");
  if (!video) return requestAnimationFrame(watch);
  video.requestVideoFrameCallback(() => {
    window.took = performance.timeOrigin + performance.now() - sessionStorage.clickedAt;
  });
};
watch();
"""
_ASKED: Final = "performance.getEntriesByName('first-frame')[0]?.duration ?? 0"


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Took:
    """Milliseconds to the first picture: from the click, and from when the page asked to come in
    (the product's own mark; 0 where there is none)."""

    from_click: float
    from_asking: float


def in_the_product(browser: Any, base: str, cookie: str, stream_id: Any) -> Took:
    """From the card in the directory to the picture in the room."""
    return _click(browser, f"{base}/live/", f"a[href*='{stream_id}']", base, cookie)


def bare(browser: Any, base: str) -> Took:
    """From a link to the picture on the bare page."""
    return _click(browser, f"{base}/", "#go", base, "")


def _click(browser: Any, first: str, link: str, base: str, cookie: str) -> Took:
    context = browser.new_context(bypass_csp=True)
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    context.add_init_script(_WATCH)
    page = context.new_page()
    for _ in ("to know the place", "to be measured"):
        page.goto(first)
        page.wait_for_load_state("networkidle")
        page.locator(link).first.click()
        page.wait_for_function("window.took", timeout=30_000)
    took = Took(page.evaluate("window.took"), page.evaluate(_ASKED))
    context.close()
    return took


class _Server(ThreadingMixIn, WSGIServer):
    """A browser holds connections open for later; each gets a thread."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def bare_pages(port: int, grant: Callable[[], Grant], asking: Executor) -> Iterator[str]:
    """The bare pages on ``port``; ``grant`` is asked in the thread of ``asking``."""

    def pages(environ: dict[str, Any], start: Any) -> list[bytes]:
        text, kind = (_HERE / "bare.html").read_text(), "text/html; charset=utf-8"
        if environ["PATH_INFO"] == "/grant":
            text, kind = json.dumps(asking.submit(grant).result()), "application/json"
        elif environ["PATH_INFO"] == "/bare.js":
            text, kind = (_HERE / "bare.js").read_text(), "text/javascript"
        start("200 OK", [("Content-Type", kind)])
        return [text.encode()]

    server = make_server("127.0.0.1", port, pages, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The same story by voice and in writing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from readers.models import ReaderProfile
from tests.journeys import books
from tests.journeys.people import PATIENCE_MS, Client, Reader, cents

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]

# What the page would see if the network changed under it, without changing the network.
LINE_FAILS = """
() => {
  const call = window.seen.calls.filter((each) => each.connectionState === "connected").at(-1);
  window.seen.failing = call;
  window.seen.way = /ice-ufrag:(\\S+)/.exec(call.localDescription.sdp)[1];
  Object.defineProperty(call, "connectionState", { get: () => "failed", configurable: true });
  call.onconnectionstatechange(new Event("connectionstatechange"));
}
"""
WAY_IS_NEW = """
() => {
  const call = window.seen.failing;
  const way = /ice-ufrag:(\\S+)/.exec(call.localDescription.sdp)[1];
  return way !== window.seen.way && call.signalingState === "stable";
}
"""
LINE_STANDS = """
() => {
  delete window.seen.failing.connectionState;
  window.seen.failing.onconnectionstatechange(new Event("connectionstatechange"));
}
"""


def test_a_voice_reading_is_heard_both_ways_and_never_opens_the_camera(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "voice")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    session_id = client.session_id()
    client.join()
    reader.join()

    for person in (client, reader):
        person.sees("active")
        before = person.media()["energy"]
        person.page.wait_for_timeout(1_500)
        assert person.media()["energy"] > before
        assert person.asked() == {"audio"}
    client.page.keyboard.press("m")
    expect(client.page.locator("#polite")).to_contain_text("Microphone off")
    expect(reader.page.get_by_text("is muted")).to_be_visible()
    reader.page.keyboard.press("m")
    for person in (client, reader):
        expect(person.page.locator("[data-stall]")).to_have_text(
            re.compile(r"Quiet for \d:\d\d"), timeout=PATIENCE_MS
        )
    reader.page.keyboard.press("m")
    for person in (client, reader):
        expect(person.page.locator("[data-stall]")).to_be_hidden()
    reader.end()
    for person in (client, reader):
        person.sees("ended")

    client.open_receipt()
    account = books.settled(session_id)
    assert account.reason == "hangup_reader"
    assert account.paid_cents > 0
    assert cents(client.page.locator("[data-paid]").inner_text()) == account.paid_cents
    assert client.balance() == 2_000 - account.paid_cents


def test_a_failed_way_is_renewed_without_losing_the_reading(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "voice")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    client.join()
    reader.join()
    client.sees("active")
    before = client.media()["bytes"]

    client.page.evaluate(LINE_FAILS)
    client.until(lambda: client.page.evaluate(WAY_IS_NEW))
    client.page.evaluate(LINE_STANDS)

    client.until(lambda: client.media()["bytes"] > before + 2_000)
    client.page.wait_for_timeout(6_000)  # longer than a beat: both are still up
    assert client.state() == reader.state() == "active"
    client.end()
    client.sees("ended")
    books.settled(client.session_id())


def test_a_chat_reading_is_written_marked_and_charged_while_both_are_there(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "chat")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    session_id = client.session_id()
    for person in (client, reader):
        person.sees("active")

    reader.page.get_by_label("Your message").press_sequentially("Take a breath")
    expect(client.page.locator(".typing")).to_be_visible()
    reader.page.get_by_role("button", name="Send").click()
    expect(client.page.get_by_role("log")).to_contain_text("Take a breath")
    expect(reader.page.locator(".bubble.mine")).to_contain_text("read")
    client.page.get_by_label("Your message").fill("I dreamt of open doors")
    client.page.reload()  # the draft survives, and so does the reading
    expect(client.page.get_by_label("Your message")).to_have_value("I dreamt of open doors")
    client.sees("active")
    client.page.get_by_role("button", name="Send").click()
    expect(reader.page.get_by_role("log")).to_contain_text("I dreamt of open doors")
    client.page.wait_for_timeout(6_000)
    assert client.asked() == reader.asked() == set()

    client.page.get_by_role("button", name="End").first.click()
    client.page.get_by_role("button", name="End reading").locator("visible=true").click()
    for person in (client, reader):
        person.sees("ended")
    reader.open_receipt()
    account = books.settled(session_id)
    assert account.paid_cents > 0
    assert cents(reader.page.locator("[data-earned]").inner_text()) == account.earned_cents
    assert client.balance() == 2_000 - account.paid_cents

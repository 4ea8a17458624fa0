"""Whoever writes scripts for words: every place where others read them, in a real browser.

These browsers ignore our Content Security Policy, so that only the pages themselves stand between
the words and their running. One of them keeps it, to see that it would have stopped them too.
Which columns of the database hold words is walked by ``tests/abuse/test_stored_words.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from backend.accounts.models import User
from backend.accounts.services import accounts, reports
from backend.core import clock
from live.streams.services import reports as room_reports
from marketplace.services import reviews
from payouts.disputes.services import statements
from payouts.models import Dispute
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import people, stack
from tests.journeys.live_people import Host, Viewer
from tests.journeys.people import PATIENCE_MS, Client, Person, Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]

EVIL: Final = "\"'><img src=x onerror=__ran=1>"
LONGER: Final = (
    f"{EVIL}</script><script>__ran=1</script><svg onload=__ran=1><a href=javascript:__ran=1>"
)
RAN: Final = (
    "() => !!window.__ran || !!document.querySelector('img[src=x], svg[onload], a[href^=java]')"
)
INSERT: Final = "(words) => document.body.insertAdjacentHTML('beforeend', words)"


@pytest.fixture
def open_context(browser: Browser, product: stack.Stack) -> Callable[..., BrowserContext]:
    """A window that runs whatever gets into a page, or (``guarded``) one like everybody's."""

    def opened(*, guarded: bool = False) -> BrowserContext:
        made = browser.new_context(
            base_url=product.url,
            permissions=["camera", "microphone"],
            bypass_csp=not guarded,
        )
        made.set_default_timeout(PATIENCE_MS)
        made.add_init_script(people.WITNESS)
        return made

    return opened


@pytest.fixture
def sit(
    open_context: Callable[..., BrowserContext], product: stack.Stack, rows: None
) -> Iterator[Callable[[Any, User], Any]]:
    """``sit(Client, user)``: that person in front of such a window; no page of theirs ran words."""
    seated: list[Page] = []
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    def down(kind: type[Person], user: User) -> Person:
        context = open_context()
        page = context.new_page()
        page.on("dialog", note)
        person = kind(context=context, page=page, url=product.url)
        person.enter_as(user)
        seated.append(page)
        return person

    yield down
    assert asked == []
    assert [page.url for page in seated if page.evaluate(RAN)] == []


def test_words_of_people_run_nowhere(sit: Callable[[Any, User], Any], open_context: Any) -> None:
    at = clock.now()
    profile = builders.a_reader(
        at=at, name=EVIL, rates=(600, 600, 600), online=False, headline=EVIL, bio=LONGER
    )
    payer = builders.a_client(at=at, name=EVIL, cents=2_000)
    client = sit(Client, payer)
    reader = sit(Reader, User.objects.get(pk=profile.pk))
    session_id = _read(client, reader, profile)
    stream_id = _meet_in_a_room(reader, client)
    case = _complain(client, payer, profile.user, (session_id, stream_id))
    staff = sit(Person, builders.an_admin(name=EVIL))

    profile_page = f"/readers/{profile.slug}/"
    _look(client.page, "/", "/readers/", profile_page, "/live/", f"/live/{stream_id}/")
    _look(client.page, f"/sessions/{session_id}/receipt/", f"/disputes/{case}/", "/sessions/")
    _look(client.page, "/notifications/", "/favourites/", "/settings/", "/wallet/")
    _look(reader.page, f"/sessions/{session_id}/receipt/", f"/disputes/{case}/", "/console/")
    _look(reader.page, "/notifications/", "/earnings/", "/console/profile/", "/studio/live/")
    _look(staff.page, "/staff/", "/staff/people/", f"/staff/people/{payer.pk}/")
    _look(staff.page, f"/staff/people/{profile.pk}/", f"/staff/sessions/{session_id}/")
    _look(staff.page, "/staff/disputes/", "/staff/reports/", "/staff/audit/", "/staff/flags/")
    _look(staff.page, "/django-admin/accounts/user/", "/django-admin/live/streammessage/")
    _look(staff.page, "/django-admin/readers/readerprofile/")
    _read_the_case(staff.page, case)
    _see_that_both_guards_are_awake(client, open_context, profile_page)


def _read(client: Client, reader: Reader, profile: ReaderProfile) -> UUID:
    """A chat in which question, messages and names are scripts."""
    reader.go_online()
    client.ask(profile.slug, "chat", question=EVIL)
    expect(reader.page.locator("[data-accept]")).to_be_visible(timeout=PATIENCE_MS)
    _is_harmless(reader.page)
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    for person in (client, reader):
        person.sees("active")
    client.write(LONGER)
    reader.write(f"{LONGER} again")
    for person in (client, reader):
        expect(person.page.get_by_role("log")).to_contain_text("__ran=1> again")
        _is_harmless(person.page)
    client.page.wait_for_timeout(6_000)  # something is charged, so that a case may be opened
    session_id = client.session_id()
    client.page.get_by_role("button", name="End").first.click()
    client.page.get_by_role("button", name="End reading").locator("visible=true").click()
    client.sees("ended")
    return session_id


def _meet_in_a_room(host: Reader, viewer: Client) -> UUID:
    """A live room with a script for its title, and what is said in it."""
    on_air = Host(context=host.context, page=host.page, url=host.url)
    stream_id = on_air.go_live(EVIL)
    Viewer(context=viewer.context, page=viewer.page, url=viewer.url).watch(stream_id)
    said = viewer.page.get_by_label("Say something to the room")
    said.fill(LONGER)
    said.press("Enter")
    for person in (host, viewer):
        expect(person.page.locator("body")).to_contain_text("onload=__ran=1>", timeout=PATIENCE_MS)
        _is_harmless(person.page)
    on_air.end_stream()
    return stream_id


def _complain(client: Client, payer: User, reader: User, about: tuple[UUID, UUID]) -> UUID:
    """Review and reply, a case with two statements, two reports, a freeze: all of scripts."""
    at, (session_id, stream_id) = clock.now(), about
    reviews.write(client=payer, session_id=session_id, stars=1, text=LONGER, at=at)
    reviews.reply(reader=reader, session_id=session_id, text=LONGER, at=at)
    reports.send(reporter=payer, about_id=reader.pk, reason="rude", words=LONGER, at=at)
    room_reports.send(by=payer, stream_id=stream_id, reason=EVIL, user_id=reader.pk, at=at)
    client.page.goto(f"/sessions/{session_id}/receipt/")
    client.page.get_by_role("link", name="Something wrong?").click()
    sheet = client.page.get_by_role("dialog")
    sheet.get_by_label("The reader was silent or away").check()
    sheet.get_by_label("Tell us about it").fill(LONGER)
    sheet.get_by_role("button", name="Ask us to look at it").click()
    expect(client.page.get_by_text("Waiting for our answer").first).to_be_visible()
    case = Dispute.objects.latest("opened_at").pk
    statements.add(dispute_id=case, by=reader, text=LONGER, at=at)
    other = builders.a_client(at=at, name=EVIL)
    accounts.freeze(user_id=other.pk, reason=EVIL, at=at)
    return UUID(str(case))


def _read_the_case(page: Page, case: UUID) -> None:
    """The evidence, what was written in the room, a note, and the paper."""
    _look(page, f"/staff/disputes/{case}/")
    page.get_by_role("button", name="View and log my name").first.click()
    page.get_by_label("Why you need to read it").fill(LONGER)
    page.keyboard.press("Enter")
    expect(page.locator(".case-rows")).to_contain_text("onload=__ran=1>")
    _is_harmless(page)
    for kind in ("pdf", "json"):
        made = page.evaluate(EXPORT, [f"/staff/disputes/{case}/export/", kind])
        assert made["status"] == 200, made
        assert made["as"].startswith("attachment"), made
        assert not made["runs"], made


EXPORT: Final = """
async ([url, kind]) => {
  const body = new FormData();
  const token = document.querySelector("meta[name=csrf-token]").content;
  body.append("as", kind);
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
  const text = await answer.text();
  return {
    status: answer.status,
    as: answer.headers.get("content-disposition") || "",
    runs: kind === "pdf" && (text.includes("/JavaScript") || text.includes("/OpenAction")),
  };
}
"""


def _look(page: Page, *paths: str) -> None:
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        _is_harmless(page)


def _is_harmless(page: Page) -> None:
    assert not page.evaluate(RAN), page.url


def _see_that_both_guards_are_awake(client: Client, open_context: Any, path: str) -> None:
    """Put in by hand the same words run here, and do not run in front of our policy."""
    client.page.evaluate(INSERT, LONGER)
    client.until(lambda: client.page.evaluate("window.__ran") == 1)
    client.page.goto("/help/")
    guarded = open_context(guarded=True).new_page()
    refused: list[str] = []
    guarded.on("console", lambda line: refused.append(line.text))
    guarded.goto(path)
    guarded.evaluate(INSERT, LONGER)
    guarded.wait_for_timeout(500)
    assert guarded.evaluate("window.__ran") is None
    assert any("Content Security Policy" in line for line in refused)

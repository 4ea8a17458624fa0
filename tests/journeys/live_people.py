"""People of a live room: a host in the studio, viewers in front of the picture."""

from __future__ import annotations

from uuid import UUID

from playwright.sync_api import expect

from tests.journeys.people import PATIENCE_MS, Client, Person, Reader

WATCHED_FRAMES = 15
CONNECTIONS = "window.seen.calls.length"


class Host(Reader):
    """A reader who goes live."""

    def go_live(self, title: str) -> UUID:
        """From the checklist to the air, with one button; the stream's id."""
        self.page.goto("/studio/live/")
        self.page.get_by_label("Title").fill(title)
        expect(self.page.locator("[data-go]")).to_have_attribute("aria-disabled", "false")
        self.page.locator("[data-go]").click()
        self.page.wait_for_url("**/studio/live/*-*/")
        self.is_on_air()
        return UUID(self.page.url.rstrip("/").rpartition("/")[2])

    def is_on_air(self) -> None:
        expect(self.page.locator("[data-air]")).to_have_text("On air", timeout=PATIENCE_MS)

    def counts(self, viewers: int, *, within_ms: int = PATIENCE_MS) -> None:
        """The studio says so many watch."""
        shown = self.page.locator("[data-viewers]")
        expect(shown).to_have_text(str(viewers), timeout=within_ms)

    def end_stream(self) -> None:
        self.page.keyboard.press("e")
        self.page.get_by_role("button", name="End the stream").click()


class Viewer(Client):
    """A client who watches."""

    def watch(self, stream_id: UUID) -> None:
        self.page.goto(f"/live/{stream_id}/")

    def connections(self) -> int:
        """How many connections this page has made since it was loaded."""
        return int(self.page.evaluate(CONNECTIONS))

    def frames(self) -> float:
        """Decoded on the connection that stands (getStats)."""
        return self.media()["frames"]

    def sees_it_move(self) -> None:
        """Pictures go on being decoded from now on."""
        before = self.frames()
        self.until(lambda: self.frames() > before + WATCHED_FRAMES)

    def send_gift(self, name: str) -> None:
        """Choose it and press the one gold button."""
        self.page.locator("[data-gifts] label", has_text=name).click()
        self.page.locator("[data-send-gift]").click()


def sees_a_gift_arrive(person: Person, words: str) -> None:
    """It crosses this person's picture, with its words."""
    flight = person.page.locator("[data-lane] .flight", has_text=words)
    expect(flight).to_be_visible(timeout=PATIENCE_MS)

"""A raised hand: the host reads for one viewer while the room waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.core import clock
from live.models import Stream
from live.stream_states import HostIs
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import books
from tests.journeys.live_people import Host, Viewer
from tests.journeys.people import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


def test_a_raised_hand_becomes_a_paid_reading_and_the_room_waits(
    meet: Callable[[Any], Any], reader_rows: ReaderProfile
) -> None:
    host: Host = meet(Host)
    host.enter_as(User.objects.get(pk=reader_rows.pk))
    host.go_online()
    stream_id = host.go_live("Moon over water")
    guest: Viewer = meet(Viewer)
    guest.enter_as(builders.a_client(at=clock.now(), cents=2_000, name="Theo R."))
    bystander: Viewer = meet(Viewer)
    bystander.enter_as(builders.a_client(at=clock.now()))
    for viewer in (guest, bystander):
        viewer.watch(stream_id)

    guest.page.get_by_role("button", name="Raise hand").click()
    raised = host.page.locator("[data-hands] li", has_text="Theo R.")
    raised.get_by_role("button", name="Invite: Chat").click()
    guest.page.get_by_role("button", name="Ask for the chat reading").click()
    guest.page.locator("[data-send]:visible").click()
    host.accept()
    guest.page.wait_for_url("**/sessions/**")

    waiting = bystander.page.locator('[data-panel="in_reading"]')
    expect(waiting).to_be_visible(timeout=PATIENCE_MS)
    assert Stream.objects.get(pk=stream_id).host_is == HostIs.IN_READING
    host.sees("active")
    session_id = host.session_id()
    host.end()
    host.sees("ended")
    assert books.settled(session_id).state == "ended"

    host.page.goto("/console/")
    host.page.get_by_role("link", name="Return").click()
    host.is_on_air()
    bystander.sees_it_move()
    expect(waiting).to_be_hidden(timeout=PATIENCE_MS)

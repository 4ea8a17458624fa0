"""An evening of a live room: a host and two viewers, through the stream engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.core import clock
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.ledger.split import split
from live.models import Stream
from readers.models import ReaderProfile
from tests import builders
from tests.journeys import stack
from tests.journeys.live_people import Host, Viewer, sees_a_gift_arrive
from tests.journeys.people import PATIENCE_MS, cents

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]
NOTICED_WITHIN_MS = 15_000
ROSE_CENTS = 200


@dataclass
class Evening:
    """One host on air, two viewers in the room."""

    host: Host
    first: Viewer
    second: Viewer
    stream_id: UUID
    payer_id: UUID


@pytest.fixture
def evening(meet: Callable[[Any], Any], reader_rows: ReaderProfile) -> Evening:
    host: Host = meet(Host)
    host.enter_as(User.objects.get(pk=reader_rows.pk))
    stream_id = host.go_live("Moon over water")
    viewers: list[Viewer] = [meet(Viewer), meet(Viewer)]
    clients = [builders.a_client(at=clock.now(), cents=2_000) for _ in viewers]
    for viewer, client in zip(viewers, clients, strict=True):
        viewer.enter_as(client)
        viewer.watch(stream_id)
    for viewer in viewers:
        viewer.sees_it_move()
    return Evening(host, viewers[0], viewers[1], stream_id, clients[0].pk)


def test_a_gift_flies_on_every_page_and_seventy_percent_is_the_hosts(
    evening: Evening, reader_rows: ReaderProfile
) -> None:
    evening.host.counts(2)

    evening.first.send_gift("Rose")

    for person in (evening.host, evening.first, evening.second):
        sees_a_gift_arrive(person, "sent Rose")
    expect(evening.host.page.locator("[data-given]")).to_have_text("$2.00")
    stream = Stream.objects.get(pk=evening.stream_id)
    share = split(ROSE_CENTS).reader_cents
    assert (stream.gifts_cents, stream.earned_cents) == (ROSE_CENTS, share)
    assert ledger.earnings_of(reader_rows.pk).pending_cents == share
    assert ledger.balance_of(evening.payer_id).cash_cents == 2_000 - ROSE_CENTS

    evening.host.end_stream()

    earned = evening.host.page.locator("[data-earned]")
    expect(earned).to_be_visible(timeout=PATIENCE_MS)
    assert cents(earned.inner_text()) == share
    for viewer in (evening.first, evening.second):
        expect(viewer.page.locator('[data-panel="ended"]')).to_be_visible(timeout=PATIENCE_MS)
    assert audit.proofs(clock.now()) == []


def test_viewers_go_on_while_the_host_reloads_and_a_closed_tab_is_noticed(
    evening: Evening,
) -> None:
    evening.host.page.once("dialog", lambda question: question.accept())
    evening.host.page.reload()
    evening.host.is_on_air()

    for viewer in (evening.first, evening.second):
        viewer.sees_it_move()
        assert viewer.connections() == 1
    evening.host.counts(2)

    evening.second.context.close()

    evening.host.counts(1, within_ms=NOTICED_WITHIN_MS)
    evening.first.sees_it_move()


def test_everybody_comes_back_when_the_engine_dies_in_mid_stream(
    evening: Evening, product: stack.Stack
) -> None:
    product.engine.kill()
    product.engine.start()

    for viewer in (evening.first, evening.second):
        viewer.until(lambda viewer=viewer: viewer.connections() > 1)
        viewer.sees_it_move()
    evening.host.is_on_air()
    assert Stream.objects.get(pk=evening.stream_id).is_live

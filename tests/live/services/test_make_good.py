"""Money comes back by itself: once, at the platform's cost, and within limits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.models import AuditEntry
from backend.accounts.services import traces
from backend.ledger import refundables
from backend.ledger import selectors as ledger
from backend.notifications.models import Notification
from live.models import FaultCheck
from live.quality import Stats
from live.services import evidence, happenings, make_good
from live.services.evidence import Sample
from live.states import Peer
from tests.live.stage import BOTH, Stage

BAD = Stats(rtt_ms=90, loss_pct=30.0)


def measure(stage: Stage, *sides: Peer) -> None:
    """A minute of the reading in which these sides measure a bad line."""
    for _ in range(4):
        evidence.keep([Sample(stage.session.id, side, BAD, None, stage.now) for side in sides])
        stage.run(15)


def weak_reading(stage: Stage, *sides: Peer, minutes: int = 1) -> None:
    """Two good minutes, then bad ones, then ten seconds; it ends well."""
    stage.connect()
    stage.run(120)
    for _ in range(minutes):
        measure(stage, *sides)
    stage.run(10)
    stage.hangup()


def test_a_minute_that_was_weak_for_both_comes_back_at_once_and_once(stage: Stage) -> None:
    weak_reading(stage, *BOTH)
    before, earned = stage.spendable, stage.earned

    assert make_good.look_at_due(at=stage.now) == 1
    assert make_good.look_at_due(at=stage.now) == 0

    assert stage.spendable == before + 399
    assert stage.earned == earned == stage.row().reader_total_cents
    (back,) = refundables.refunds_of(stage.session.id)
    assert (back.cents, back.borne_by, back.reader_cents) == (399, "the platform", 0)
    assert back.words == "Minute 3 was too weak to count."
    assert (stage.row().refunded_cents, stage.row().refunded_split_cents) == (399, 0)
    (notice,) = Notification.objects.filter(user=stage.client)
    assert (notice.title, notice.body) == ("$3.99 came back to you", back.words)
    assert notice.url == f"/sessions/{stage.session.id}/receipt/"
    (entry,) = AuditEntry.objects.filter(act="reading.make_good")
    assert (entry.actor, entry.facts["cents"]) == (None, 399)
    stage.assert_sound()


@pytest.mark.parametrize("side", BOTH)
def test_what_one_side_says_alone_gives_nothing(stage: Stage, side: Peer) -> None:
    weak_reading(stage, side)
    before = stage.spendable

    assert make_good.look_at_due(at=stage.now) == 0

    check = FaultCheck.objects.get()
    assert (check.cents, check.minutes, check.withheld) == (0, [], "")
    assert (stage.spendable, stage.row().refunded_cents) == (before, 0)
    assert not Notification.objects.filter(user=stage.client).exists()


def test_a_line_of_the_readers_that_broke_gives_the_last_minute_back(stage: Stage) -> None:
    stage.connect()
    for peer in BOTH:
        happenings.socket_opened(session_id=stage.session.id, peer=peer, at=stage.now)
    stage.run(150)
    happenings.socket_closed(session_id=stage.session.id, peer=Peer.READER, code=0, at=stage.now)
    stage.run(60, beating=[Peer.CLIENT])
    assert stage.row().reason == "timeout"

    make_good.look_at_due(at=stage.now)

    (back,) = refundables.refunds_of(stage.session.id)
    assert back.words == "The line to your reader broke in minute 3."
    assert back.cents == stage.price(stage.row().billable_s) - stage.price(120)
    stage.assert_sound()


def test_limits_and_shared_devices_leave_it_to_people(stage: Stage) -> None:
    for n in range(make_good.CREDITS_OF_CLIENT_MAX + 1):
        weak_reading(stage, *BOTH)
        assert make_good.look_at_due(at=stage.now) == (n < make_good.CREDITS_OF_CLIENT_MAX)
        stage.wait(60)
    assert FaultCheck.objects.get(session=stage.session).withheld == "limit"
    assert stage.row().refunded_cents == 0
    stage.wait(timedelta(days=31).total_seconds())
    for person in (stage.client, stage.reader):
        traces.note(user_id=person.pk, seen={"device": "one for both"}, at=stage.now)

    weak_reading(stage, *BOTH)
    assert make_good.look_at_due(at=stage.now) == 0

    assert FaultCheck.objects.get(session=stage.session).withheld == "linked"
    assert ledger.balance_of(stage.client.pk).debt_cents == 0
    stage.assert_sound()


@pytest.mark.django_db
def test_two_whom_dear_minutes_serve_get_no_more_by_themselves_than_one_admin_may_sign(
    at: datetime,
) -> None:
    stage = Stage(at, cents=200_000, rate=9_900)
    weak_reading(stage, *BOTH, minutes=2)
    before = stage.spendable

    assert make_good.look_at_due(at=stage.now) == 0
    check = FaultCheck.objects.get(session=stage.session)
    assert (check.cents, check.minutes, check.withheld) == (0, [3, 4], "limit")
    assert (stage.spendable, stage.row().refunded_cents) == (before, 0)

    stage.wait(60)
    weak_reading(stage, *BOTH)
    assert make_good.look_at_due(at=stage.now) == 1, "one such minute is within it"
    stage.wait(60)
    weak_reading(stage, *BOTH)
    assert make_good.look_at_due(at=stage.now) == 0, "a second one is not, for weeks"
    assert stage.row().refunded_cents == 0
    stage.assert_sound()

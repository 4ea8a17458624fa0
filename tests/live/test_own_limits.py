"""A client's own spend limits and self-exclusion, where money would leave for a reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.accounts.exclusions import SelfExcluded
from backend.accounts.services import exclusions, spend_limits
from backend.core.errors import DomainError
from backend.ledger import selectors as ledger
from backend.ledger import spending
from backend.ledger.errors import SpendLimitReached
from live.models import ReadingSession
from live.services import caps
from live.states import State
from tests.live.stage import Stage, committed

pytestmark = pytest.mark.django_db


def limit(stage: Stage, cents: int | None, span: str = "day") -> None:
    spend_limits.change(client=stage.client, span=span, cents=cents, at=stage.now)


def assert_refused(
    stage: Stage, error: type[DomainError], act: Callable[[], object]
) -> DomainError:
    """The act is refused; no reading began and nothing moved."""
    before = ledger.balance_of(stage.client.pk), ReadingSession.objects.count()
    with pytest.raises(error) as refused:
        act()
    assert (ledger.balance_of(stage.client.pk), ReadingSession.objects.count()) == before
    return refused.value


def test_a_limit_below_the_first_minutes_refuses_the_request(stage: Stage) -> None:
    limit(stage, 1_000)
    refused = assert_refused(stage, SpendLimitReached, stage.request)

    assert refused.extra["left_cents"] == 1_000
    assert refused.extra["needed_cents"] == 399 * 3
    assert "$10.00 in 24 hours" in refused.detail


def test_a_limit_is_a_cap_that_no_reading_crosses(stage: Stage) -> None:
    limit(stage, 1_500, "week")
    stage.connect()
    assert stage.row().cap_cents == 1_500
    stage.run(250)

    row = stage.row()
    assert (row.state, row.pause) == (State.PAUSED, "cap")
    assert 1_490 < row.captured_cents <= 1_500
    assert stage.spendable + stage.held + row.captured_cents == 10_000
    with pytest.raises(SpendLimitReached):
        caps.raise_to(session_id=row.id, spend_cap_cents=1_501, at=stage.now)
    stage.run(60)
    assert stage.row().reason == "cap"
    stage.assert_sound()


def test_a_limit_that_falls_while_a_reading_runs_stops_the_next_hold(stage: Stage) -> None:
    stage.connect()
    stage.run(60)
    limit(stage, 500)
    stage.run(80)

    row = stage.row()
    assert (row.state, row.pause) == (State.PAUSED, "funds")
    assert row.captured_cents == stage.price(120), "what was held may be used, and no more"
    before = row.captured_cents
    stage.top_up(5_000)
    stage.beat()
    stage.sweep()
    assert stage.row().captured_cents == before, "more money does not lift a limit"
    assert stage.spendable > 5_000, "what can be spent is shown as it is"
    stage.run(60)
    stage.assert_sound()


def test_what_was_spent_leaves_the_span_and_what_is_held_counts(stage: Stage) -> None:
    limit(stage, 2_000)
    stage.connect()
    assert spending.room_of(stage.client.pk, at=stage.now).spent_cents == stage.held
    stage.run(60)
    stage.hangup()
    spent = stage.row().captured_cents
    assert spent == 399
    assert spending.room_of(stage.client.pk, at=stage.now).cents == 2_000 - spent
    later = stage.now + timedelta(hours=24)
    assert spending.room_of(stage.client.pk, at=later).cents == 2_000


def test_the_tightest_of_several_limits_holds(stage: Stage) -> None:
    for span, cents in (("day", 3_000), ("week", 1_300), ("month", 9_000)):
        limit(stage, cents, span)
    assert spending.room_of(stage.client.pk, at=stage.now) == spending.Room(
        spending.Span.WEEK, 1_300, 0
    )


def test_whoever_excluded_themselves_asks_for_no_reading(stage: Stage) -> None:
    exclusions.begin(user=stage.client, days=1, at=stage.now)
    assert_refused(stage, SelfExcluded, stage.request)
    stage.wait(24 * 3600)
    stage.connect()


def test_a_running_reading_ends_politely_and_only_used_time_is_paid(stage: Stage) -> None:
    stage.connect()
    stage.run(60)
    stage.beat()
    exclusions.begin(user=stage.client, days=None, at=stage.now)
    committed()

    row = stage.row()
    assert (row.state, row.reason) == (State.ENDED, "hangup_client")
    assert (row.captured_cents, stage.held) == (399, 0)
    assert stage.spendable == 10_000 - 399
    stage.assert_sound()


def test_a_ring_is_taken_back(stage: Stage) -> None:
    stage.request()
    exclusions.begin(user=stage.client, days=7, at=stage.now)
    committed()

    assert stage.row().state == State.CANCELLED
    assert (stage.held, stage.spendable) == (0, 10_000)

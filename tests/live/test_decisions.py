"""Single decisions that once went wrong, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from live import metering
from live.decisions import decide
from live.states import Reason, State, What
from tests.conftest import NOON
from tests.live.plain import RULES, facts, reading
from tests.live.stage import seconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_the_gap_that_an_opening_has_looked_at_cuts_its_stretch_no_more() -> None:
    """The other side's event comes before the opening's commit could forget the gap."""
    row = reading(segments=1)
    given = facts(row, at=NOON + seconds(5), client=0, reader=0, gap_from=EPOCH)
    decision = decide(given, RULES)
    assert decision.after.segments == 1
    assert not decision.moved
    assert not decision.gap_consumed


def test_a_gap_that_a_later_beat_records_cuts_the_stretch() -> None:
    row = reading(segments=1)
    given = facts(row, at=NOON + seconds(25), client=0, reader=24, gap_from=NOON)
    decision = decide(given, RULES)
    assert decision.after.billable_s == 0
    assert decision.after.state == State.PAUSED
    assert decision.gap_consumed


@pytest.mark.parametrize("what", [What.FUNDS, What.CHECKOUT, What.RAISE_CAP, What.ACCEPT])
def test_a_peer_whose_silence_is_not_settled_yet_is_not_marked_down(what: What) -> None:
    row = reading(cap_cents=2_000)
    given = facts(row, what, at=NOON + seconds(31), client=20, reader=30, cap_cents=3_000)
    decision = decide(given, RULES)
    assert decision.after.state == State.ACTIVE
    assert not decision.down, "its next beat would hide the gap"


def test_seconds_that_count_are_held_before_a_promotion_can_run_out() -> None:
    row = reading(held_cash_cents=66, funded_s=10)  # ten seconds are held, the rest lies open
    given = facts(row, at=NOON + seconds(50), client=50, reader=50, purse=500)
    after = decide(given, RULES).after
    assert after.billable_s == 50
    assert after.captured_cents + after.available_cents >= metering.price(after, 50)


def test_a_reader_who_speaks_again_waits_for_an_absent_client_no_longer_than_a_lost_line() -> None:
    paused = {"kind": "chat", "reason": Reason.READER_SILENT, "deadline_at": NOON + seconds(300)}
    row = reading(State.PAUSED, **paused)
    given = facts(row, What.SPOKE, at=NOON + seconds(20), client=0, reader=20)
    after = decide(given, RULES).after
    assert (after.state, after.pause, after.reason) == ("paused", "media", "client_away")
    assert after.deadline_at == NOON + seconds(20 + RULES.grace_s)

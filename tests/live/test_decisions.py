"""Single decisions that once went wrong, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

from live.decisions import decide
from live.states import State
from tests.conftest import NOON
from tests.live.plain import RULES, facts, reading
from tests.live.stage import seconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_a_stretch_that_reopens_where_it_began_still_counts_as_moved() -> None:
    row = reading(segments=1)
    given = facts(row, at=NOON + seconds(5), client=0, reader=0, gap_from=EPOCH)
    decision = decide(given, RULES)
    assert decision.after.state == State.ACTIVE
    assert decision.after.segment_opened_at == row.segment_opened_at
    assert decision.moved
    assert decision.after.segments == 2

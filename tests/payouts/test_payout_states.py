from __future__ import annotations

from itertools import product

from payouts.payout_states import (
    MOVES,
    RETRIABLE,
    RUN_MOVES,
    UNDER_WAY,
    PayoutState,
    RunState,
    run_sources,
    sources,
)


def test_every_state_has_its_line_and_every_pair_is_told_alike_from_both_ends() -> None:
    assert set(MOVES) == set(PayoutState)
    assert set(RUN_MOVES) == set(RunState)
    for come_from, to in product(PayoutState, PayoutState):
        assert (to in MOVES[come_from]) == (come_from in sources(to))
    for begun, then in product(RunState, RunState):
        assert (then in RUN_MOVES[begun]) == (begun in run_sources(then))


def test_money_that_was_sent_is_never_tried_again() -> None:
    assert MOVES[PayoutState.SENT] == {PayoutState.REVERSED}
    assert MOVES[PayoutState.REVERSED] == set()
    assert not RETRIABLE & (UNDER_WAY | {PayoutState.SENT, PayoutState.REVERSED})
    assert sources(PayoutState.SENT) == [PayoutState.STARTED], "the row says so first"

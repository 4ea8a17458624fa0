"""The life of a top-up, over every pair of states."""

from __future__ import annotations

from itertools import product

import pytest

from payouts.states import FINAL, MOVES, TopUpStatus, may_move

PAID = {TopUpStatus.SUCCEEDED, TopUpStatus.MISMATCHED}


def test_every_state_has_its_line() -> None:
    assert set(MOVES) == set(TopUpStatus)


@pytest.mark.parametrize(("came_from", "to"), [*product(TopUpStatus, TopUpStatus)])
def test_only_the_listed_moves_are_made(came_from: TopUpStatus, to: TopUpStatus) -> None:
    assert may_move(came_from, to) == (to in MOVES[came_from])
    assert not may_move(came_from, came_from)


@pytest.mark.parametrize("to", TopUpStatus)
def test_what_is_paid_stays_paid(to: TopUpStatus) -> None:
    assert not any(may_move(paid, to) for paid in PAID)


@pytest.mark.parametrize("came_from", sorted(set(TopUpStatus) - PAID))
def test_money_is_the_truth_from_wherever(came_from: TopUpStatus) -> None:
    assert may_move(came_from, TopUpStatus.SUCCEEDED)


def test_a_final_top_up_moves_only_when_it_turns_out_paid() -> None:
    assert all(MOVES[state] <= PAID for state in FINAL)

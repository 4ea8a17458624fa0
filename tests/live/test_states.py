"""The table of moves, pair by pair, and that no decision ever leaves it."""

from __future__ import annotations

from itertools import product

import pytest

from live.decisions import decide
from live.facts import Reading, Sight
from live.states import LIVE, MOVES, TERMINAL, Pause, Peer, Reason, State, What, cause_of, leads_to
from tests.conftest import NOON
from tests.live.plain import RULES, facts, reading
from tests.live.stage import seconds

ALLOWED = {
    ("requested", "connecting"),
    ("requested", "declined"),
    ("requested", "missed"),
    ("requested", "cancelled"),
    ("connecting", "active"),
    ("connecting", "no_connect"),
    ("connecting", "cancelled"),
    ("active", "paused"),
    ("active", "ended"),
    ("paused", "active"),
    ("paused", "paused"),
    ("paused", "ended"),
}
BEATS = [None, 0.0, 55.0, 60.0]
GAPS = [None, 30.0]


@pytest.mark.parametrize(("before", "after"), list(product(State.values, State.values)))
def test_each_pair_of_states_is_allowed_or_not(before: str, after: str) -> None:
    assert (State(after) in MOVES[State(before)]) == ((before, after) in ALLOWED)


def test_every_state_is_live_or_terminal_and_the_terminal_ones_lead_nowhere() -> None:
    assert set(LIVE) | set(TERMINAL) == set(State)
    assert not set(LIVE) & set(TERMINAL)
    assert all(not MOVES[state] for state in TERMINAL)


@pytest.mark.parametrize(("state", "what"), list(product(State.values, What)))
def test_no_event_moves_a_reading_off_the_table(state: str, what: What) -> None:
    for client, reader, gap, purse, pause, later in product(
        BEATS, BEATS, GAPS, [0, 5_000], list(Pause), [1.0, 61.0, 4_000.0]
    ):
        shape = {"pause": pause, "reason": pause.value} if state == State.PAUSED else {}
        given = facts(
            reading(state, cap_cents=2_000, **shape),
            what,
            at=NOON + seconds(later),
            client=client,
            reader=reader,
            purse=purse,
            peer=Peer.CLIENT,
            cap_cents=3_000,
            until=NOON + seconds(600),
            gap_from=None if gap is None else NOON + seconds(gap),
        )
        decision = decide(given, RULES)
        assert leads_to(state, decision.after.state)
        assert decision.after.captured_cents <= decision.after.held_cash_cents
        _assert_whole(decision.after)


def _assert_whole(row: Reading) -> None:
    live = row.state in LIVE
    assert (row.segment_start is not None) == (row.state == State.ACTIVE)
    assert (row.pause != "") == (row.state == State.PAUSED)
    assert (row.next_due_at is not None) == live
    assert (row.ended_at is not None) == (not live)
    assert row.available_cents == 0 or live


@pytest.mark.parametrize("state", TERMINAL)
@pytest.mark.parametrize("what", list(What))
def test_nothing_happens_to_a_reading_that_is_over(state: str, what: What) -> None:
    given = facts(reading(state), what, at=NOON, client=0, reader=0, peer=Peer.READER)
    decision = decide(given, RULES)
    assert decision.after == decision.before
    assert not decision.money
    assert decision.refused == (what in (What.ACCEPT, What.RAISE_CAP))


def test_deciding_twice_captures_once() -> None:
    given = facts(reading(), at=NOON + seconds(66), client=65, reader=64)
    first = decide(given, RULES)
    again = decide(facts(first.after, at=NOON + seconds(66), client=65, reader=64), RULES)
    assert first.after.captured_cents == 399
    assert not again.money
    assert again.after.billable_s == first.after.billable_s == 64


def test_a_frozen_owner_ends_whatever_is_due() -> None:
    active = facts(reading(), at=NOON + seconds(20), client=18, reader=19, frozen=True)
    ringing = facts(reading(State.REQUESTED), at=NOON + seconds(20), frozen=True)
    assert (decide(active, RULES).after.state, decide(active, RULES).after.reason) == (
        "ended",
        "frozen",
    )
    assert decide(ringing, RULES).after.state == "cancelled"


@pytest.mark.parametrize("what", [What.FUNDS, What.PEER_UP, What.CHECKOUT])
def test_nothing_wakes_the_reading_of_a_frozen_owner(what: What) -> None:
    paused = reading(State.PAUSED, pause=Pause.FUNDS, deadline_at=NOON + seconds(60))
    woken = facts(
        paused, what, at=NOON + seconds(20), client=20, reader=19, peer=Peer.CLIENT, frozen=True
    )

    after = decide(woken, RULES).after

    assert (after.state, after.reason) == ("ended", "frozen")
    assert after.captured_cents == paused.captured_cents


@pytest.mark.parametrize(
    ("state", "reason", "cause"),
    [
        (State.ENDED, Reason.HANGUP_CLIENT, "client"),
        (State.ENDED, Reason.HANGUP_READER, "reader"),
        (State.ENDED, Reason.TIMEOUT, "technical"),
        (State.ENDED, Reason.PAUSE_BUDGET, "technical"),
        (State.ENDED, Reason.FUNDS, "funds"),
        (State.ENDED, Reason.CAP, "cap"),
        (State.ENDED, Reason.MAX, "max"),
        (State.ENDED, Reason.ADMIN, "admin"),
        (State.ENDED, Reason.FROZEN, "frozen"),
        (State.MISSED, "", "unanswered"),
        (State.DECLINED, "", "declined"),
        (State.CANCELLED, "", "cancelled"),
        (State.NO_CONNECT, "", "technical"),
        (State.ACTIVE, "", ""),
    ],
)
def test_an_end_is_shown_in_a_word(state: str, reason: str, cause: str) -> None:
    assert cause_of(state, reason) == cause


def test_a_sight_without_beats_is_nobody() -> None:
    assert Sight().of(Peer.CLIENT) is None

"""The model check of the meter (money.md §4.4): the real services against a world that knows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.ledger import audit
from live.states import Peer
from tests.conftest import NOON
from tests.live.world import World

PEERS = st.sampled_from(list(Peer))
CENTS = st.integers(min_value=500, max_value=3_000)


class Readings(RuleBasedStateMachine):
    """Whatever happens, in whatever order: the books balance and no second is invented."""

    start: ClassVar[datetime] = NOON
    world: World

    @initialize(
        rate=st.sampled_from([50, 99, 199, 399, 1999]),
        minutes=st.integers(min_value=3, max_value=8),
        odd=st.integers(min_value=0, max_value=400),
        cap=st.none() | st.integers(min_value=0, max_value=900),
    )
    def begin(self, rate: int, minutes: int, odd: int, cap: int | None) -> None:
        self.world = World(
            NOON,
            cents=max(500, rate * minutes + odd),
            rate=rate,
            cap_cents=None if cap is None else rate * 3 + cap,
        )
        self.world.pass_time(6)

    @rule(count=st.integers(min_value=1, max_value=45))
    def time_passes(self, count: int) -> None:
        self.world.pass_time(count)

    @rule(peer=PEERS, length=st.sampled_from([3, 8, 12, 20, 60]))
    def a_peer_falls_silent(self, peer: Peer, length: int) -> None:
        self.world.silent_until[peer] = self.world.t + length

    @rule(length=st.sampled_from([10, 70, 200, 320]), dies=st.booleans())
    def workers_die(self, length: int, dies: bool) -> None:
        self.world.workers_dead_until = self.world.t + length
        self.world.socket_dies = dies
        self.world.pass_time(min(length, 80))
        self.world.socket_dies = False

    @rule(cents=CENTS)
    def a_top_up_lands(self, cents: int) -> None:
        self.world.top_up(cents)

    @rule(cents=st.integers(min_value=1, max_value=900))
    def promotional_credit_is_granted(self, cents: int) -> None:
        self.world.grant(cents)

    @rule(cents=st.integers(min_value=50, max_value=1_500))
    def a_gift_is_sent(self, cents: int) -> None:
        self.world.give(cents)

    @rule(more=st.integers(min_value=0, max_value=900))
    def the_cap_is_raised(self, more: int) -> None:
        self.world.raise_cap(more)

    @rule()
    def redis_is_flushed(self) -> None:
        self.world.flush()

    @rule()
    def a_worker_dies_after_its_commit(self) -> None:
        self.world.killed_after_commit()

    @rule()
    def sweeps_stutter(self) -> None:
        self.world.sweep()
        self.world.sweep()

    @rule(peer=PEERS)
    def a_page_is_left(self, peer: Peer) -> None:
        self.world.leave(peer)

    @precondition(lambda self: self.world.t > 60)
    @rule(peer=PEERS)
    def somebody_hangs_up(self, peer: Peer) -> None:
        self.world.hang_up(peer)

    @precondition(lambda self: self.world.t > 120)
    @rule()
    def staff_end_it(self) -> None:
        self.world.end_by_staff()

    @invariant()
    def everything_is_right(self) -> None:
        if hasattr(self, "world"):
            self.world.assert_right()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.hang_up(Peer.CLIENT)
            self.world.assert_right()
            assert audit.proofs(self.world.now) == []


def check(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Readings,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            report_multiple_bugs=False,
            derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_no_second_is_invented_and_no_cent_is_lost(db: None) -> None:
    check(examples=15, steps=30)


@pytest.mark.deep
@pytest.mark.timeout(3_600)
def test_thousands_of_lives_of_a_reading(db: None) -> None:
    check(examples=600, steps=50)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    client=st.integers(0, 4),
    reader=st.integers(0, 4),
    length=st.integers(20, 200),
    ends=st.sampled_from(list(Peer)),
)
def test_in_a_calm_world_at_most_five_connected_seconds_are_not_billed(
    db: None, client: int, reader: int, length: int, ends: Peer
) -> None:
    world = World(NOON, cents=5_000, rate=399, cap_cents=None)
    world.phase = {Peer.CLIENT: client, Peer.READER: reader}
    world.pass_time(10 + length)
    started = world.row().started_at
    assert started is not None
    connected = (world.now - started).total_seconds()
    world.hang_up(ends)
    assert 0 <= connected - world.row().billable_s <= 5
    world.assert_right()

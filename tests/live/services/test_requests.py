"""From the ring to the answer: who may ask whom, what is held, what goes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from backend.accounts.models import Block
from backend.core.errors import DomainError, IllegalMove, NotFound, TooMany
from backend.ledger import movements
from live import errors
from live.models import ReadingSession
from live.services import requests
from live.states import Peer
from readers import errors as offers
from readers.services import availability
from tests import builders
from tests.live.stage import Stage, committed, seconds


def refused(stage: Stage, error: type[DomainError], ask: Callable[[], Any]) -> DomainError:
    """``ask`` is refused with ``error``, no row is made and no cent moves."""
    rows, before = ReadingSession.objects.count(), (stage.spendable, stage.held)
    with pytest.raises(error) as refusal:
        ask()
    committed()
    assert ReadingSession.objects.count() == rows
    assert (stage.spendable, stage.held) == before
    return refusal.value


def test_a_request_holds_two_minutes_and_rings(stage: Stage) -> None:
    session = stage.request("video", question="Will it rain?")

    assert session.state == "requested"
    assert session.deadline_at == stage.now + seconds(45)
    assert (stage.held, stage.spendable) == (798, 10_000 - 798)
    assert session.question == "Will it rain?"


def test_promotional_credit_is_held_first_and_goes_back_to_its_own_pot(stage: Stage) -> None:
    movements.grant_promo(
        client=stage.client,
        grant_id=uuid4(),
        cents=500,
        expires_at=stage.now + seconds(9_000),
        at=stage.now,
    )
    session = stage.request()
    assert (session.held_promo_cents, session.held_cash_cents) == (500, 298)

    requests.cancel(session_id=session.id, at=stage.now)
    committed()
    from backend.ledger import selectors

    balance = selectors.balance_of(stage.client.pk)
    assert (balance.promo_cents, balance.cash_cents, balance.held_cents) == (500, 10_000, 0)


def test_the_terms_are_frozen_at_the_request(stage: Stage, settings: LazySettings) -> None:
    session = stage.request()
    settings.SPLIT_BPS, settings.BILLING_INCREMENT_SECONDS = 5_000, 60
    session.refresh_from_db()
    assert (session.split_bps, session.increment_s) == (7_000, 1)
    assert session.rate_per_minute_cents == 399


def test_nobody_reads_for_oneself(stage: Stage) -> None:
    def ask() -> None:
        requests.request(client=stage.reader, reader_id=stage.reader.pk, kind="chat", at=stage.now)

    refused(stage, errors.OwnReading, ask)


def test_a_reader_asks_nobody(stage: Stage) -> None:
    other = builders.a_reader(at=stage.now)

    def ask() -> None:
        requests.request(client=other.user, reader_id=stage.reader.pk, kind="chat", at=stage.now)

    refused(stage, errors.NotAClient, ask)


def test_a_suspended_client_asks_nobody(stage: Stage) -> None:
    stage.client.frozen_at = stage.now
    refused(stage, errors.Suspended, stage.request)


@pytest.mark.parametrize("by_reader", [True, False])
def test_a_block_in_either_direction_forbids_a_reading(stage: Stage, by_reader: bool) -> None:
    pair = (stage.reader, stage.client) if by_reader else (stage.client, stage.reader)
    Block.objects.create(blocker=pair[0], blocked=pair[1], created_at=stage.now)
    refused(stage, errors.Blocked, stage.request)


def test_an_unknown_reader_is_not_found(stage: Stage) -> None:
    def ask() -> None:
        requests.request(client=stage.client, reader_id=uuid4(), kind="chat", at=stage.now)

    refused(stage, NotFound, ask)


def test_an_offline_reader_cannot_be_rung(stage: Stage) -> None:
    def ask() -> None:
        requests.request(
            client=stage.client,
            reader_id=stage.reader.pk,
            kind="voice",
            at=stage.now + seconds(60),  # the reader's last beat is a minute old
        )

    refused(stage, offers.ReaderOffline, ask)


def test_a_kind_without_a_rate_is_not_offered(stage: Stage) -> None:
    profile = builders.a_reader(at=stage.now, rates=(100, None, None))

    def ask() -> None:
        requests.request(client=stage.client, reader_id=profile.pk, kind="video", at=stage.now)

    refused(stage, offers.KindNotOffered, ask)


def test_a_busy_reader_cannot_be_rung(stage: Stage) -> None:
    stage.request()
    other = builders.a_client(cents=5_000, at=stage.now)

    def ask() -> None:
        requests.request(client=other, reader_id=stage.reader.pk, kind="voice", at=stage.now)

    refused(stage, offers.ReaderBusy, ask)


def test_a_client_has_one_reading_at_a_time(stage: Stage) -> None:
    stage.request()
    second = builders.a_reader(at=stage.now)

    def ask() -> None:
        requests.request(client=stage.client, reader_id=second.pk, kind="chat", at=stage.now)

    refused(stage, errors.AlreadyInAReading, ask)


def test_three_minutes_worth_is_needed_to_start(db: None, at: Any) -> None:
    poor = Stage(at, cents=399 * 3 - 1)
    refusal = refused(poor, movements.InsufficientFunds, poor.request)
    assert refusal.extra["needed_cents"] == 1_197
    assert refusal.extra["available_cents"] == 1_196
    assert refusal.status == 402

    poor.top_up(500)
    assert poor.request().state == "requested"


def test_a_cap_covers_at_least_three_minutes_and_the_hold_stays_below_it(stage: Stage) -> None:
    def ask() -> None:
        stage.request(spend_cap_cents=1_196)

    refusal = refused(stage, errors.CapTooLow, ask)
    assert refusal.extra["minimum_cents"] == 1_197
    assert stage.request(spend_cap_cents=1_197).held_cash_cents == 798


def test_accepting_in_time_opens_the_room_and_twice_is_once(stage: Stage) -> None:
    stage.request()
    stage.wait(44)
    stage.accept()
    stage.accept()
    row = stage.row()
    assert (row.state, row.deadline_at) == ("connecting", stage.now + seconds(60))


def test_accepting_too_late_is_refused(stage: Stage) -> None:
    stage.request()
    stage.wait(45)
    with pytest.raises(IllegalMove):
        stage.accept()
    assert stage.row().state == "requested"


def test_a_declined_ring_costs_nothing_and_frees_the_reader(stage: Stage) -> None:
    stage.request()
    requests.decline(session_id=stage.session.id, at=stage.now)
    committed()
    assert stage.row().state == "declined"
    assert (stage.spendable, stage.held) == (10_000, 0)
    stage.profile.refresh_from_db()
    assert stage.profile.busy_session_id is None


def test_cancelling_a_running_reading_is_refused(stage: Stage) -> None:
    stage.connect()
    with pytest.raises(IllegalMove):
        requests.cancel(session_id=stage.session.id, at=stage.now)
    assert stage.row().state == "active"


def test_a_missed_ring_costs_nothing_and_two_take_the_reader_offline(stage: Stage) -> None:
    for _ in range(2):
        stage.request()
        stage.wait(46)
        stage.sweep()
        assert stage.row().state == "missed"
    stage.profile.refresh_from_db()
    assert not stage.profile.kinds_wanted
    assert "without an answer" in stage.profile.offline_reason
    assert (stage.spendable, stage.held) == (10_000, 0)


def test_an_answer_forgets_missed_rings(stage: Stage) -> None:
    stage.request()
    stage.wait(46)
    stage.sweep()
    stage.request()
    stage.accept()
    stage.profile.refresh_from_db()
    assert stage.profile.missed_rings == 0


def test_six_requests_in_ten_minutes_are_enough(stage: Stage) -> None:
    for _ in range(6):
        other = builders.a_reader(at=stage.now)
        session = requests.request(
            client=stage.client, reader_id=other.pk, kind="chat", at=stage.now
        )
        requests.decline(session_id=session.id, at=stage.now)
        stage.wait(10)
        committed()
    refusal = refused(stage, TooMany, stage.request)
    assert refusal.extra["retry_after"] == 600 - 60

    stage.wait(541)
    assert stage.request().state == "requested"


@pytest.mark.parametrize("how", ["cancel", "miss"])
def test_two_vain_requests_to_one_reader_mean_ten_minutes_of_rest(stage: Stage, how: str) -> None:
    for _ in range(2):
        stage.request()
        if how == "cancel":
            requests.cancel(session_id=stage.session.id, at=stage.now)
        else:
            stage.wait(46)
            stage.sweep()
        committed()
    builders.be_online(stage.profile, at=stage.now)
    refusal = refused(stage, TooMany, stage.request)
    assert refusal.extra["retry_after"] == 600

    other = builders.a_reader(at=stage.now)
    asked = requests.request(client=stage.client, reader_id=other.pk, kind="chat", at=stage.now)
    assert asked.state == "requested"


def test_a_room_that_nobody_enters_costs_nothing_and_says_who_was_missing(stage: Stage) -> None:
    stage.request()
    stage.accept()
    stage.wait(58)
    stage.beat(Peer.CLIENT)
    stage.wait(3)
    stage.sweep()
    row = stage.row()
    assert (row.state, row.missing) == ("no_connect", "reader")
    assert (stage.spendable, stage.held) == (10_000, 0)


def test_the_reader_may_leave_before_the_meter_runs(stage: Stage) -> None:
    stage.request()
    stage.accept()
    stage.hangup(Peer.READER)
    assert (stage.row().state, stage.spendable) == ("cancelled", 10_000)


def test_answers_to_nothing_are_not_found(db: None, at: Any) -> None:
    for act in (requests.accept, requests.decline, requests.cancel):
        with pytest.raises(NotFound):
            act(session_id=uuid4(), at=at)


def test_a_reader_who_is_freed_can_be_rung_again(stage: Stage) -> None:
    stage.connect()
    stage.hangup()
    stage.profile.refresh_from_db()
    assert stage.profile.busy_session_id is None
    availability.answered(reader_id=stage.reader.pk)
    assert stage.request().state == "requested"

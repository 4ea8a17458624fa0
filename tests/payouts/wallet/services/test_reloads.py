"""Auto-reload over the real stand-in, with its faults: cases 11 and 12, crashes, races."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.accounts.exclusions import SelfExcluded
from backend.accounts.services import exclusions, spend_limits
from backend.core.errors import DomainError, NotFound
from backend.ledger import movements
from live.states import State
from payouts.errors import AmountOutOfBounds
from payouts.models import AutoReload, Reload, TopUp
from payouts.services import card_charges
from payouts.states import TopUpStatus
from payouts.wallet import words
from payouts.wallet.errors import ConsentNeeded, ReloadNotPossible
from payouts.wallet.services import cards, reloads
from tests import builders
from tests.live.stage import Stage, committed
from tests.payouts.conftest import Till
from tests.payouts.wallet.conftest import ASKS_ALWAYS, REFUSES_LATER, Purse, race

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


def spend(purse: Purse, cents: int) -> None:
    """Let cash leave, as by anything that is no reading."""
    movements.withdraw(withdrawal_id=uuid4(), client=purse.client, cents=cents, at=purse.at)


def test_a_fall_below_the_trigger_adds_the_amount_once_and_says_so(purse: Purse) -> None:
    card = purse.save_card()
    builders.top_up(purse.client, 1_000, at=purse.at)
    wish = purse.reload_by(card)
    assert wish.consent == (
        "When my balance falls below $5.00, charge Visa ending 4242 with $10.00 without asking "
        "me again, at most $50.00 in 24 hours. I get a notice each time and can turn it off at "
        "any time."
    )
    spend(purse, 500)
    assert purse.reloads() == [], "exactly the trigger is not below it"
    spend(purse, 1)
    spend(purse, 1)
    assert purse.reloads() == ["due"]
    reloads.charge_due(at=purse.at)
    reloads.charge_due(at=purse.at)

    assert (purse.reloads(), purse.cash) == (["done"], 498 + 1_000)
    assert purse.told()[-1] == "Auto-reload added $10.00"
    assert len(purse.charges) == 1
    spend(purse, 1_000)
    reloads.charge_due(at=purse.at)
    assert (purse.reloads(), purse.cash) == (["done", "done"], 498 + 1_000)
    purse.assert_sound()


def test_what_does_not_fit_is_refused_and_stays_off(purse: Purse) -> None:
    card = purse.save_card()
    fits = {"amount_cents": 1_000, "below_cents": 500, "daily_cap_cents": 5_000, "card_id": card.pk}
    wrong: list[tuple[dict[str, Any], bool, type[DomainError]]] = [
        ({}, False, ConsentNeeded),
        ({"below_cents": 1_001}, True, ReloadNotPossible),
        ({"daily_cap_cents": 999}, True, ReloadNotPossible),
        ({"below_cents": 0}, True, ReloadNotPossible),
        ({"amount_cents": 499, "below_cents": 1}, True, AmountOutOfBounds),
        ({"card_id": uuid4()}, True, NotFound),
    ]
    for numbers, consents, error in wrong:
        wish = reloads.Wish(**{**fits, **numbers})
        with pytest.raises(error):
            reloads.switch_on(client=purse.client, wish=wish, consents=consents, at=purse.at)
    assert not AutoReload.objects.exists()


def test_case_11_one_attempt_for_each_trigger_and_off_after_two_refusals(purse: Purse) -> None:
    card = purse.save_card(REFUSES_LATER)
    builders.top_up(purse.client, 1_000, at=purse.at)
    purse.reload_by(card)
    for _ in range(4):
        spend(purse, 200)
        reloads.charge_due(at=purse.at)
    assert (purse.reloads(), purse.cash) == (["refused"], 200), "one trigger, one attempt"
    assert AutoReload.objects.get().is_on
    builders.top_up(purse.client, 1_000, at=purse.at)
    spend(purse, 1_000)
    reloads.charge_due(at=purse.at)

    wish = AutoReload.objects.get()
    assert (purse.reloads(), wish.is_on) == (["refused", "refused"], False)
    assert wish.off_because == words.REFUSED_TWICE
    assert [title for title in purse.told() if "was not added" in title] == [
        "$10.00 was not added",
        "$10.00 was not added",
    ]
    builders.top_up(purse.client, 1_000, at=purse.at)
    spend(purse, 1_100)
    reloads.charge_due(at=purse.at)
    assert len(purse.charges) == 2
    assert purse.cash == 100
    purse.assert_sound()


def test_case_12_a_bank_that_asks_stops_it_and_the_reading_waits_for_funds(
    till: Till, purse: Purse
) -> None:
    stage = Stage(till.at, cents=1_300)
    till.client = purse.client = stage.client
    purse.reload_by(purse.save_card(ASKS_ALWAYS), below=1_000)
    stage.connect()
    assert purse.reloads() == ["due"], "the hold alone brings it below"
    reloads.charge_due(at=stage.now)
    wish = AutoReload.objects.get()
    assert (purse.reloads(), wish.is_on, wish.off_because) == (
        ["needs_bank"],
        False,
        words.BANK_ASKS,
    )
    assert purse.told()[-1] == "Your bank wants to ask you first"
    stage.run(210)
    reloads.charge_due(at=stage.now)

    row = stage.row()
    assert (row.state, row.pause) == (State.PAUSED, "funds")
    assert [charge.amount_received for charge in purse.charges] == [0]
    assert stage.spendable + stage.held + row.captured_cents == 1_300
    assert TopUp.objects.get().status == TopUpStatus.FAILED
    stage.run(60)
    stage.assert_sound()


def test_money_that_comes_by_itself_lets_the_reading_go_on(till: Till, purse: Purse) -> None:
    stage = Stage(till.at, cents=1_300)
    till.client = purse.client = stage.client
    purse.reload_by(purse.save_card(), amount=2_000, below=1_000)
    stage.connect()
    reloads.charge_due(at=stage.now)
    committed()
    stage.run(270)

    row = stage.row()
    assert (row.state, row.funds_pauses) == (State.ACTIVE, 0)
    assert row.captured_cents > 1_300
    stage.hangup()
    stage.assert_sound()


@pytest.mark.parametrize("kind", ["cap", "limit", "excluded", "frozen", "removed", "off", "enough"])
def test_what_stands_in_the_way_skips_it_and_charges_nothing(purse: Purse, kind: str) -> None:
    card = purse.save_card()
    builders.top_up(purse.client, 600, at=purse.at)
    purse.reload_by(card, cap=1_000)
    spend(purse, 200)
    _stand_in_the_way(purse, kind)
    left = purse.cash
    reloads.charge_due(at=purse.at)

    assert (purse.reloads(), purse.cash) == (["skipped"], left)
    assert Reload.objects.get().why
    assert purse.charges == []


def _stand_in_the_way(purse: Purse, kind: str) -> None:
    acts: dict[str, Callable[[], object]] = {
        "cap": lambda: TopUp.objects.create(
            client=purse.client,
            key="earlier",
            amount_cents=500,
            currency="USD",
            status_since=purse.at,
            created_at=purse.at,
            expires_at=purse.at + timedelta(hours=1),
            card=AutoReload.objects.get().card,
            is_automatic=True,
        ),
        "limit": lambda: spend_limits.change(
            client=purse.client, span="day", cents=900, at=purse.at
        ),
        "excluded": lambda: exclusions.begin(user=purse.client, days=1, at=purse.at),
        "frozen": lambda: (
            type(purse.client).objects.filter(pk=purse.client.pk).update(frozen_at=purse.at)
        ),
        "removed": lambda: cards.remove(
            client=purse.client, card_id=AutoReload.objects.get().card_id, at=purse.at
        ),
        "off": lambda: reloads.switch_off(client_id=purse.client.pk),
        "enough": lambda: builders.top_up(purse.client, 900, at=purse.at),
    }
    acts[kind]()


def test_whoever_excluded_themselves_cannot_turn_it_on(purse: Purse) -> None:
    card = purse.save_card()
    exclusions.begin(user=purse.client, days=1, at=purse.at)
    with pytest.raises(SelfExcluded):
        purse.reload_by(card)
    assert not AutoReload.objects.exists()


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_worker_killed_beside_the_call_is_found_and_charges_at_most_once(
    purse: Purse, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = purse.save_card()
    builders.top_up(purse.client, 600, at=purse.at)
    purse.reload_by(card)
    spend(purse, 200)
    name = "make" if moment == "before the call" else "convergence"
    with monkeypatch.context() as dying:
        if name == "make":
            dying.setattr(card_charges, "make", _die)
        else:
            dying.setattr(card_charges.convergence, "apply_payment", _die)
        with pytest.raises(Killed):
            reloads.charge_due(at=purse.at)
    assert (purse.reloads(), purse.cash) == (["charging"], 400)
    reloads.charge_due(at=purse.at + timedelta(seconds=30))
    assert purse.reloads() == ["charging"], "somebody may still be at it"
    reloads.charge_due(at=purse.at + reloads.LOST_AFTER)

    charged = moment == "after the call"
    assert purse.reloads() == ["done" if charged else "skipped"]
    assert purse.cash == 400 + (1_000 if charged else 0)
    assert len(purse.charges) == (1 if charged else 0)
    purse.assert_sound()


def _die(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize(("kind", "times"), [("reset_after", 3), ("500_after", 1), ("reset", 3)])
def test_an_unknown_outcome_is_looked_up_and_never_guessed(
    purse: Purse, kind: str, times: int
) -> None:
    card = purse.save_card()
    builders.top_up(purse.client, 600, at=purse.at)
    purse.reload_by(card)
    spend(purse, 200)
    purse.till.sandbox.fault(kind, "POST /v1/payment_intents", times=times)
    reloads.charge_due(at=purse.at)
    reloads.charge_due(at=purse.at + reloads.LOST_AFTER)

    came = kind != "reset"
    assert purse.reloads() == ["done" if came else "skipped"]
    assert purse.cash == 400 + (1_000 if came else 0)
    assert len(purse.charges) == (1 if came else 0)


@pytest.mark.django_db(transaction=True)
def test_two_triggers_and_two_workers_at_once_charge_once(purse: Purse) -> None:
    card = purse.save_card()
    builders.top_up(purse.client, 1_000, at=purse.at)
    purse.reload_by(card)
    race(lambda _: spend(purse, 200), 4)
    assert purse.reloads() == ["due"]
    race(lambda _: reloads.charge_due(at=purse.at), 4)

    assert (purse.reloads(), purse.cash, len(purse.charges)) == (["done"], 1_200, 1)

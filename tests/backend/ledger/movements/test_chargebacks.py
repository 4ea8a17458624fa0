from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.models import User
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import audit, movements, selectors
from backend.ledger.errors import KeyReused
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements import BalanceLine, Chargeback
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    client_pots,
    everything,
    fund,
    owe,
    race,
)

DISPUTE = Chargeback("dp_1", "pi_1", 1_000)


def freeze(client: User, at: datetime, dispute: Chargeback = DISPUTE) -> Movement:
    return movements.freeze_chargeback(chargeback=dispute, client=client, at=at)


def win(client: User, at: datetime, dispute: Chargeback = DISPUTE) -> Movement:
    return movements.win_chargeback(chargeback=dispute, client=client, at=at)


def lose(client: User, at: datetime, dispute: Chargeback = DISPUTE) -> Movement:
    return movements.lose_chargeback(chargeback=dispute, client=client, at=at)


def write_off(client: User, at: datetime, dispute: Chargeback = DISPUTE) -> Movement:
    return movements.write_off(chargeback=dispute, client=client, at=at)


def warn(client: User, at: datetime, cents: int = 1_000) -> Movement:
    return movements.freeze_warned(
        warning_id="issfr_1", payment_intent_id="pi_1", client=client, cents=cents, at=at
    )


def clear(client: User, at: datetime) -> Movement:
    return movements.clear_warned(warning_id="issfr_1", client=client, at=at)


@pytest.mark.parametrize(
    ("wallet", "after"),
    [(1_500, {"cash": 500, "frozen": 1_000}), (300, {"frozen": 300}), (0, {})],
)
def test_what_is_left_of_a_disputed_payment_is_frozen(
    client_: User, at: datetime, wallet: int, after: dict[str, int]
) -> None:
    if wallet:
        fund(client_, wallet, at)

    assert freeze(client_, at) == freeze(client_, at + DAY)

    assert client_pots(client_) == after
    assert audit.proofs(at) == []


def test_a_dispute_has_one_amount(client_: User, at: datetime) -> None:
    fund(client_, 500, at)
    freeze(client_, at)
    before = everything()

    with pytest.raises(KeyReused):
        freeze(client_, at, DISPUTE._replace(cents=999))
    assert everything() == before


def test_case_55_what_was_frozen_is_given_back_when_the_dispute_is_won(
    client_: User, at: datetime
) -> None:
    fund(client_, 300, at)
    freeze(client_, at)
    fund(client_, 100, at)

    assert win(client_, at) == win(client_, at + DAY)

    assert client_pots(client_) == {"cash": 400}
    assert audit.proofs(at) == []


def test_what_is_given_back_pays_first_what_the_client_owes(client_: User, at: datetime) -> None:
    fund(client_, 300, at)
    freeze(client_, at)
    owe(client_, 120, at)

    win(client_, at)

    assert client_pots(client_) == {"cash": 180}
    assert audit.proofs(at) == []


def test_case_54_a_lost_dispute_takes_the_frozen_and_the_rest_is_owed(
    client_: User, at: datetime
) -> None:
    fund(client_, 300, at)
    freeze(client_, at)
    movements.withhold(line=BalanceLine("txn_1", "dp_1", 1_000), fee_cents=1_500, at=at)

    assert lose(client_, at) == lose(client_, at + DAY)

    assert client_pots(client_) == {"receivable": -700}
    platform = selectors.platform_cents()
    assert platform[PotKind.DISPUTE_RECEIVABLE] == 0
    assert platform[PotKind.DISPUTE_FEES] == -1_500
    assert audit.proofs(at) == []


def test_a_lost_dispute_is_paid_by_what_the_client_has_by_then(client_: User, at: datetime) -> None:
    freeze(client_, at)
    fund(client_, 1_200, at)

    lose(client_, at)

    assert client_pots(client_) == {"cash": 200}
    assert audit.proofs(at) == []


def test_a_dispute_is_won_or_lost_and_not_both(client_: User, at: datetime) -> None:
    fund(client_, 300, at)
    other = DISPUTE._replace(dispute_id="dp_2")
    freeze(client_, at)
    freeze(client_, at, other)
    win(client_, at)
    lose(client_, at, other)
    before = everything()

    for act in (lambda: lose(client_, at), lambda: win(client_, at, other)):
        with pytest.raises(IllegalMove):
            act()
    assert everything() == before


def test_a_dispute_that_nobody_saw_is_neither_won_nor_lost_nor_written_off(
    client_: User, at: datetime
) -> None:
    fund(client_, 300, at)
    before = everything()

    for act in (win, lose, write_off, clear):
        with pytest.raises(NotFound):
            act(client_, at)
    assert everything() == before


def test_the_debt_is_given_up_after_ninety_days(client_: User, at: datetime) -> None:
    freeze(client_, at)
    lose(client_, at)
    before = everything()
    with pytest.raises(IllegalMove):
        write_off(client_, at + timedelta(days=90, seconds=-1))
    assert everything() == before

    late = at + timedelta(days=90)
    assert write_off(client_, late) == write_off(client_, late + DAY)

    assert client_pots(client_) == {}
    assert selectors.platform_cents()[PotKind.BAD_DEBT] == -1_000
    assert audit.proofs(at) == []


def test_only_what_is_still_owed_is_given_up(client_: User, at: datetime) -> None:
    freeze(client_, at)
    lose(client_, at)
    fund(client_, 900, at)

    write_off(client_, at + timedelta(days=90))

    assert selectors.platform_cents()[PotKind.BAD_DEBT] == -100
    assert audit.proofs(at) == []


def test_case_59_a_warning_freezes_what_is_left_until_it_is_cleared(
    client_: User, at: datetime
) -> None:
    fund(client_, 400, at)

    assert warn(client_, at) == warn(client_, at + DAY)
    assert client_pots(client_) == {"frozen": 400}
    assert audit.proofs(at) == []

    assert clear(client_, at) == clear(client_, at + DAY)
    assert client_pots(client_) == {"cash": 400}
    assert audit.proofs(at) == []


def test_a_dispute_after_a_warning_is_paid_by_what_the_warning_froze(
    client_: User, at: datetime
) -> None:
    fund(client_, 400, at)
    warn(client_, at)
    freeze(client_, at)
    lose(client_, at)
    assert client_pots(client_) == {"frozen": 400, "receivable": -1_000}

    clear(client_, at)

    assert client_pots(client_) == {"receivable": -600}
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_a_verdict_that_comes_both_ways_at_once_is_one(at: datetime) -> None:
    client = a_person()
    fund(client, 300, at)
    freeze(client, at)

    answers = race(lambda n: win(client, at) if n % 2 else lose(client, at), 10)

    kinds = {answer.kind for answer in answers if isinstance(answer, Movement)}
    assert len(kinds) == 1
    assert sum(isinstance(answer, IllegalMove) for answer in answers) == 5
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_a_freeze_told_twenty_times_at_once_is_one(at: datetime) -> None:
    client = a_person()
    fund(client, 1_500, at)

    assert len({answer.pk for answer in race(lambda _: freeze(client, at), 20)}) == 1
    assert client_pots(client) == {"cash": 500, "frozen": 1_000}

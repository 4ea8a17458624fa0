from __future__ import annotations

from datetime import datetime

import pytest

from backend.accounts.models import User
from backend.core import announcements
from backend.ledger import audit, movements, selectors
from backend.ledger.announcements import WalletCredited
from backend.ledger.errors import KeyReused
from backend.ledger.models import PotKind
from tests.backend.ledger.conftest import everything, held, owe, race


def top_up(client: User, at: datetime, cents: int = 5_000) -> None:
    movements.top_up(
        client=client,
        amount_cents=cents,
        payment_intent_id="pi_1",
        about="topup:1",
        at=at,
    )


def test_a_payment_is_credited_and_announced_once(
    client_: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[WalletCredited] = []
    monkeypatch.setitem(announcements._reactions, WalletCredited, [heard.append])

    top_up(client_, at)
    top_up(client_, at)

    assert held(client_, "client_wallet") == 5_000
    assert heard == [WalletCredited(client_id=client_.pk, at=at)]


def test_what_is_owed_is_paid_first(client_: User, at: datetime) -> None:
    owe(client_, 1_200, at)
    assert selectors.balance_of(client_.pk).debt_cents == 1_200

    top_up(client_, at)

    assert selectors.balance_of(client_.pk) == selectors.Balance(3_800, 0, 0, 0)
    assert audit.proofs(at) == []


def test_a_small_payment_lowers_the_debt_and_leaves_nothing_to_spend(
    client_: User, at: datetime
) -> None:
    owe(client_, 6_000, at)

    top_up(client_, at)

    assert selectors.balance_of(client_.pk) == selectors.Balance(0, 0, 0, 1_000)


def test_money_that_fits_nothing_waits_in_suspense_and_cannot_be_credited_too(
    client_: User, at: datetime
) -> None:
    movements.suspend_top_up(
        amount_cents=4_999, payment_intent_id="pi_1", about="?", reason="amount", at=at
    )
    before = everything()

    with pytest.raises(KeyReused):
        top_up(client_, at)
    assert everything() == before
    assert selectors.platform_cents()[PotKind.SUSPENSE] == 4_999


def test_settlement_moves_the_net_to_the_balance_and_the_fee_to_fees(
    client_: User, at: datetime
) -> None:
    top_up(client_, at)

    for _ in range(2):
        movements.settle_charge(
            transaction_id="txn_1",
            payment_intent_id="pi_1",
            gross_cents=5_000,
            fee_cents=175,
            at=at,
        )

    platform = selectors.platform_cents()
    assert platform[PotKind.STRIPE_CLEARING] == 0
    assert platform[PotKind.STRIPE_BALANCE] == -4_825
    assert platform[PotKind.STRIPE_FEES] == -175
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_webhook_return_page_and_reconciler_race_for_one_credit(
    at: datetime, client_: User
) -> None:
    assert race(lambda _: top_up(client_, at), 12) == [None] * 12
    assert held(client_, "client_wallet") == 5_000

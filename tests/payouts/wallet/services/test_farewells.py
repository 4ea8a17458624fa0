"""Whoever had themselves erased is gone at Stripe, too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import Trace
from backend.accounts.services import erasures
from payouts import tasks
from payouts.models import CardCustomer, SavedCard
from payouts.wallet.services import cards, farewells
from tests.payouts.wallet.conftest import Purse

CARD: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034}
pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


def _erase(purse: Purse) -> None:
    asked = erasures.ask(user=purse.client, typed=purse.client.email, at=purse.at)
    assert erasures.carry_out_due(at=asked.due_at) == 1


def test_an_erasure_ends_with_the_customer_deleted_however_often_stripe_fails(
    purse: Purse, card: SavedCard
) -> None:
    customer_id = str(CardCustomer.objects.get().customer_id)
    vault = purse.till.stripe.v1
    # A card that was saved while they left: no row of ours knows it.
    late = vault.payment_methods.create(params={"type": "card", "card": CARD})
    vault.payment_methods.attach(late.id, params={"customer": customer_id})
    assert farewells.close_drawers(at=purse.at) == 0, "nobody has left yet"
    _erase(purse)

    purse.till.sandbox.fault("500_before", "POST /v1/payment_methods", times=3)
    assert farewells.close_drawers(at=purse.at) == 0
    purse.till.sandbox.fault("reset_after", f"DELETE /v1/customers/{customer_id}", times=3)
    assert farewells.close_drawers(at=purse.at) == 0
    assert CardCustomer.objects.get().forgotten_at is None
    tasks.forget_cards()

    assert vault.customers.retrieve(customer_id).deleted
    for method_id in (card.method_id, late.id):
        assert vault.payment_methods.retrieve(method_id).customer is None
    row = SavedCard.objects.get()
    assert CardCustomer.objects.get().forgotten_at
    assert row.removed_at
    assert row.forgotten_at
    assert farewells.close_drawers(at=purse.at + timedelta(days=1)) == 0, "it is done once"


def test_news_of_a_card_that_come_after_an_erasure_keep_nothing(purse: Purse) -> None:
    setup = cards.begin(client=purse.client, consents=True, at=purse.at)
    purse.till.sandbox.pay(str(setup.checkout_session_id))
    _erase(purse)
    purse.till.hear("setup_intent.succeeded", "payment_method.attached")

    assert not SavedCard.objects.exists()
    assert not Trace.objects.filter(user=purse.client).exists()
    assert farewells.close_drawers(at=purse.at) == 1


def test_nobody_is_erased_while_a_payment_may_still_become_money(purse: Purse) -> None:
    purse.till.start(2_000)
    with pytest.raises(erasures.ErasureObjected):
        erasures.ask(user=purse.client, typed=purse.client.email, at=purse.at)

"""Saved cards: with consent, three new ones a day, gone when removed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from backend.core.errors import Forbidden, NotFound
from payouts.errors import ChargerUnreachable
from payouts.models import CardCustomer, CardSetup, SavedCard, TopUp
from payouts.services import convergence
from payouts.states import TopUpStatus
from payouts.wallet import words
from payouts.wallet.errors import ConsentNeeded, TooManyNewCards
from payouts.wallet.services import cards
from tests import builders
from tests.payouts.conftest import TO_THE_BANK
from tests.payouts.wallet.conftest import ASKS_ALWAYS, REFUSES_LATER, Purse

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


def test_a_card_is_saved_with_consent_shown_and_charges_nothing(purse: Purse) -> None:
    card = purse.save_card()

    assert (card.label, card.is_default) == ("Visa ending 4242", True)
    setup = CardSetup.objects.get()
    assert (setup.consent, card.consented_at) == (words.KEEP_CONSENT, setup.created_at)
    assert purse.charges == []
    assert purse.cash == 0
    customer = CardCustomer.objects.get()
    found = purse.till.stripe.v1.customers.retrieve(str(customer.customer_id))
    assert found.metadata["client_id"] == str(purse.client.pk)


def test_without_consent_or_good_standing_no_page_opens(purse: Purse) -> None:
    with pytest.raises(ConsentNeeded):
        cards.begin(client=purse.client, consents=False, at=purse.at)
    with pytest.raises(Forbidden):
        cards.begin(client=builders.an_admin(), consents=True, at=purse.at)
    assert not CardSetup.objects.exists()
    assert not CardCustomer.objects.exists()


def test_three_new_cards_a_day_and_an_open_page_is_given_again(purse: Purse) -> None:
    first = cards.begin(client=purse.client, consents=True, at=purse.at)
    again = cards.begin(client=purse.client, consents=True, at=purse.at)
    assert again.pk == first.pk
    for number in ("4242424242424242", "5555555555554444", "4000000000000077"):
        purse.save_card(number)
        purse.at += timedelta(seconds=1)
    with pytest.raises(TooManyNewCards) as refused:
        cards.begin(client=purse.client, consents=True, at=purse.at)
    assert 0 < refused.value.retry_after <= 86_400
    assert CardCustomer.objects.count() == 1
    assert len(purse.till.stripe.v1.customers.list().data) == 1


def test_an_answer_that_is_lost_makes_no_second_customer_and_no_second_page(purse: Purse) -> None:
    purse.till.sandbox.fault("reset_after", "POST /v1/customers", times=3)
    with pytest.raises(ChargerUnreachable):
        cards.begin(client=purse.client, consents=True, at=purse.at)
    cards.begin(client=purse.client, consents=True, at=purse.at)
    assert len(purse.till.stripe.v1.customers.list().data) == 1
    purse.till.sandbox.fault("reset", "POST /v1/checkout/sessions", times=3)
    with pytest.raises(ChargerUnreachable):
        cards.begin(client=purse.client, consents=True, at=purse.at + timedelta(minutes=30))
    setup = cards.begin(client=purse.client, consents=True, at=purse.at + timedelta(minutes=31))
    assert setup.checkout_url
    assert CardSetup.objects.count() == 2


def test_webhooks_alone_keep_the_list(purse: Purse) -> None:
    setup = cards.begin(client=purse.client, consents=True, at=purse.at)
    purse.till.sandbox.pay(str(setup.checkout_session_id))
    purse.till.hear("setup_intent.succeeded")
    card = SavedCard.objects.get()
    purse.till.hear("payment_method.attached", "checkout.session.completed")
    assert SavedCard.objects.count() == 1
    purse.till.stripe.v1.payment_methods.detach(card.method_id)
    purse.till.hear("payment_method.detached")
    card.refresh_from_db()
    assert card.removed_at is not None
    assert not card.is_default


def test_a_removed_card_is_gone_there_and_here_and_the_next_is_the_default(purse: Purse) -> None:
    first, second = purse.save_card(), purse.save_card("5555555555554444")
    cards.remove(client=purse.client, card_id=first.pk, at=purse.at)
    cards.remove(client=purse.client, card_id=first.pk, at=purse.at)

    second.refresh_from_db()
    assert second.is_default
    customer = str(CardCustomer.objects.get().customer_id)
    kept = purse.till.stripe.v1.payment_methods.list(params={"customer": customer, "type": "card"})
    assert [method.id for method in kept.data] == [second.method_id]
    with pytest.raises(NotFound):
        purse.add(2_000, first)
    assert purse.charges == []


def test_a_vault_that_does_not_answer_is_told_again(purse: Purse) -> None:
    card = purse.save_card()
    purse.till.sandbox.fault("reset", "POST /v1/payment_methods", times=3)
    with pytest.raises(ChargerUnreachable):
        cards.remove(client=purse.client, card_id=card.pk, at=purse.at)
    with pytest.raises(NotFound):
        purse.add(2_000, card)
    assert cards.forget_removed(at=purse.at) == 0
    assert cards.forget_removed(at=purse.at + cards.TOLD_AFTER) == 1
    assert cards.forget_removed(at=purse.at + cards.TOLD_AFTER) == 0
    found = purse.till.stripe.v1.payment_methods.retrieve(card.method_id)
    assert found.customer is None


def test_nobody_touches_the_card_of_another(purse: Purse) -> None:
    card = purse.save_card()
    other = builders.a_client(at=purse.at)
    with pytest.raises(NotFound):
        cards.remove(client=other, card_id=card.pk, at=purse.at)
    with pytest.raises(NotFound):
        cards.prefer(client=other, card_id=card.pk)
    card.refresh_from_db()
    assert (card.removed_at, card.is_default) == (None, True)


def test_a_saved_card_adds_money_once_for_one_key(purse: Purse) -> None:
    card = purse.save_card()
    first = purse.add(2_000, card)
    again = purse.add(2_000, card)

    assert first.status == again.status == TopUpStatus.SUCCEEDED
    assert (first.pk, purse.cash, len(purse.charges)) == (again.pk, 2_000, 1)
    purse.till.hear()
    assert purse.cash == 2_000
    assert TopUp.objects.get().card_label == "Visa ending 4242"
    purse.assert_sound()


def test_a_bank_that_asks_is_asked_on_its_page(purse: Purse) -> None:
    top_up = purse.add(2_000, purse.save_card(ASKS_ALWAYS))
    assert (top_up.status, purse.cash) == (TopUpStatus.REQUIRES_ACTION, 0)
    assert "/3ds/" in top_up.checkout_url
    purse.till.sandbox.bank(str(top_up.payment_intent_id), approve=True)
    purse.till.hear()

    top_up.refresh_from_db()
    assert (top_up.status, purse.cash) == (TopUpStatus.SUCCEEDED, 2_000)


def test_a_bank_that_is_never_answered_is_given_up_at_stripe_too(purse: Purse) -> None:
    top_up = purse.add(2_000, purse.save_card(TO_THE_BANK))
    later = top_up.expires_at
    found = convergence.converge_top_up(top_up_id=top_up.pk, at=later)

    assert found.status == TopUpStatus.CANCELED
    assert purse.charges[0].status == "canceled"
    assert purse.cash == 0


def test_a_refused_card_is_said_in_words_and_moves_nothing(purse: Purse) -> None:
    top_up = purse.add(2_000, purse.save_card(REFUSES_LATER))

    assert top_up.status == TopUpStatus.FAILED
    assert top_up.failure_text == "Your bank said no. Nothing was charged. Try another card."
    assert purse.cash == 0


@pytest.mark.parametrize(("kind", "times"), [("reset_after", 3), ("500_after", 1)])
def test_an_answer_that_is_lost_charges_once(purse: Purse, kind: str, times: int) -> None:
    card = purse.save_card()
    purse.till.sandbox.fault(kind, "POST /v1/payment_intents", times=times)
    with suppress(ChargerUnreachable):
        purse.add(2_000, card)
    convergence.converge_top_up(top_up_id=TopUp.objects.get().pk, at=purse.at)

    assert (purse.cash, len(purse.charges)) == (2_000, 1)
    assert purse.add(2_000, card).status == TopUpStatus.SUCCEEDED
    assert len(purse.charges) == 1


def test_a_card_saved_after_the_vault_was_asked_is_not_taken_for_lost(
    purse: Purse, card: SavedCard
) -> None:
    """Two jobs at once: the slower one brings what the vault showed before the second card."""
    earlier = cards.drawer_of(method_id=card.method_id)
    late = purse.save_card("5555555555554444")
    assert earlier is not None
    cards.apply(drawer=earlier, at=purse.at)

    assert set(SavedCard.objects.filter(removed_at=None)) == {card, late}


def test_a_card_that_the_vault_cannot_remove_does_not_hold_up_the_others(
    purse: Purse, card: SavedCard
) -> None:
    late = purse.save_card("5555555555554444")
    SavedCard.objects.update(removed_at=purse.at, is_default=False)
    detach = f"POST /v1/payment_methods/{card.method_id}/detach"
    purse.till.sandbox.fault("500_before", detach, times=3)

    assert cards.forget_removed(at=purse.at + timedelta(minutes=3)) == 1
    late.refresh_from_db()
    assert late.forgotten_at
    assert cards.forget_removed(at=purse.at + timedelta(minutes=4)) == 1

"""Adding money from a saved card: a row first, then the card, then whatever Stripe says is true."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings

from backend.accounts.models import User
from backend.core import engines
from backend.core.errors import IllegalMove, NotFound
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.models import CardCustomer, SavedCard, TopUp
from payouts.ports import ChargeOrder, SavedCardCharger
from payouts.services import convergence, topups
from payouts.states import TopUpStatus


def start(*, client: User, key: str, amount_cents: int, card_id: UUID, at: datetime) -> TopUp:
    """Add ``amount_cents`` from a saved card; again with the same key, the same payment.

    The bank may want to ask first: then ``checkout_url`` leads to its page. Not atomic as a
    whole: the row is committed before the card is asked.
    :raises NotFound: there is no such card of this client.
    :raises DomainError: whatever ``topups.begin`` raises.
    :raises IllegalMove: the try is half an hour old and was never made.
    :raises ChargerUnreachable: unknown; the same key may be sent again.
    """
    card = SavedCard.objects.filter(client=client, pk=card_id, removed_at=None).first()
    if card is None:
        raise NotFound("There is no such card.")
    top_up = topups.begin(client=client, key=key, amount_cents=amount_cents, at=at, card=card)
    if top_up.status != TopUpStatus.CREATED:
        return top_up
    if at > top_up.created_at + topups.RETRY_FOR:
        raise IllegalMove("This try is too old. Nothing was charged. Start again.")
    return make(top_up, engine_key=f"topup:{top_up.pk}:card", at=at)


def make(top_up: TopUp, *, engine_key: str, at: datetime) -> TopUp:
    """Ask the card of a top-up for its money, and bring the row to the answer.

    When Stripe keeps a failure under the key, it is looked up first, and only if there is no
    payment is the next try made under another key.
    :raises ChargerRefused: final; there is no payment.
    :raises ChargerUnreachable: unknown; call again, or let the sweep look it up.
    """
    charger: SavedCardCharger = engines.load("saved_card_charger")
    again = f":a{top_up.attempt}" if top_up.attempt > 1 else ""
    try:
        payment = charger.charge(_order(top_up), key=f"{engine_key}{again}")
    except ChargerUnreachable as error:
        if not error.spent_key:
            raise
        found = convergence.ask_card_payment(top_up, at=at)
        if found is None:
            rows = TopUp.objects.filter(pk=top_up.pk, attempt=top_up.attempt)
            rows.update(attempt=top_up.attempt + 1)
            raise
        payment = found
    except ChargerRefused:
        convergence.give_up(top_up_id=top_up.pk, at=at)
        raise
    return convergence.apply_payment(payment=payment, at=at) or top_up


def _order(top_up: TopUp) -> ChargeOrder:
    card = SavedCard.objects.get(top_ups=top_up)
    customer = CardCustomer.objects.get(pk=top_up.client_id)
    return ChargeOrder(
        top_up_id=top_up.pk,
        client_id=top_up.client_id,
        customer_id=str(customer.customer_id),
        card_id=card.method_id,
        amount_cents=top_up.amount_cents,
        currency=top_up.currency.lower(),
        return_url=f"{settings.SITE_URL}/wallet/return/?top_up={top_up.pk}",
        by_itself=top_up.is_automatic,
    )

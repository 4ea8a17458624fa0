"""Saved cards: kept in the vault with the client's consent, listed, removed.

The vault is the truth. Every road (webhook, return page, page of cards) ends in ``apply``, which
makes our rows agree with what the vault shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from backend.accounts.models import Trace, User
from backend.accounts.services import traces
from backend.core import engines, sweeps
from backend.core.errors import Forbidden, NotFound
from payouts.errors import ChargerUnreachable
from payouts.models import AutoReload, CardCustomer, CardSetup, SavedCard
from payouts.ports import CardVault, KeptCard, SetupOrder
from payouts.wallet import words
from payouts.wallet.errors import ConsentNeeded, TooManyNewCards

DAY: Final = timedelta(hours=24)
OPEN_FOR: Final = timedelta(hours=1)
TOLD_AFTER: Final = timedelta(minutes=2)
BATCH: Final = 100
USABLE_FOR: Final = timedelta(minutes=29)  # a retry is the same request, its end included


@dataclass(frozen=True)
class Drawer:
    """A client's cards as the vault showed them a moment ago.

    ``known`` are those that we had before it was asked: only of these does it say that they are
    gone, for one that was saved meanwhile it may not have seen.
    """

    client_id: UUID
    cards: list[KeptCard]
    known: frozenset[str]


def begin(*, client: User, consents: bool, at: datetime) -> CardSetup:
    """Open the hosted page that saves a card, with the client's consent; nothing is charged.

    A page that is still open is given again. Not atomic as a whole: rows are committed before
    the vault is asked.
    :raises ConsentNeeded: the client did not agree that we keep the card.
    :raises TooManyNewCards: three times a day.
    :raises ChargerUnreachable: unknown; call again.
    """
    if not consents:
        raise ConsentNeeded
    setup = _begin(client, at)
    if setup.checkout_session_id:
        return setup
    customer_id = _customer_of(client, at)
    vault: CardVault = engines.load("card_vault")
    again = f":a{setup.attempt}" if setup.attempt > 1 else ""
    try:
        page = vault.open_page(_order(setup, customer_id), key=f"setup:{setup.pk}{again}")
    except ChargerUnreachable as error:
        if error.spent_key:
            rows = CardSetup.objects.filter(pk=setup.pk, attempt=setup.attempt)
            rows.update(attempt=setup.attempt + 1)
        raise
    setup.checkout_session_id, setup.checkout_url = page.id, page.url
    setup.expires_at = page.expires_at
    setup.save(update_fields=["checkout_session_id", "checkout_url", "expires_at"])
    return setup


def drawer_of(*, customer_id: str | None = None, method_id: str = "") -> Drawer | None:
    """Ask the vault about a drawer, by its own id or by a card that was in it; None: not ours.

    Not in a transaction.
    :raises ChargerUnreachable: try again.
    """
    made = CardCustomer.objects.exclude(customer_id=None)
    owner = made.filter(customer_id=customer_id).first() if customer_id else None
    if owner is None:
        card = SavedCard.objects.filter(method_id=method_id).first()
        owner = made.filter(pk=card.client_id).first() if card else None
    return _ask(owner) if owner else None


def drawer_of_page(checkout_id: str) -> Drawer | None:
    """The same, by the hosted page that saved a card; None: it is none of these pages.

    :raises ChargerUnreachable: try again.
    """
    setup = CardSetup.objects.filter(checkout_session_id=checkout_id).first()
    owner = CardCustomer.objects.filter(pk=setup.client_id).first() if setup else None
    return _ask(owner) if owner else None


def refresh(*, client_id: UUID, at: datetime) -> None:
    """Ask the vault, and make our rows agree. Not in a transaction.

    :raises ChargerUnreachable: try again.
    """
    owner = CardCustomer.objects.filter(pk=client_id).exclude(customer_id=None).first()
    if owner is not None:
        apply(drawer=_ask(owner), at=at)


@transaction.atomic
def apply(*, drawer: Drawer, at: datetime) -> None:
    """Make our rows of a client's cards agree with what the vault shows.

    Nothing is kept any more of a client who had themselves erased; a job closes their drawer.
    """
    client_id = drawer.client_id
    owners = CardCustomer.objects.select_for_update(of=("self",)).select_related("client")
    if owners.get(pk=client_id).client.erased_at:
        return
    mine = SavedCard.objects.filter(client=client_id)
    known = {card.method_id: card for card in mine}
    for card in drawer.cards:
        _keep(client_id, card, known.get(card.id), at)
    lost = mine.filter(method_id__in=drawer.known - {card.id for card in drawer.cards})
    lost.filter(forgotten_at=None).update(forgotten_at=at)
    _gone(lost.filter(removed_at=None), at)
    _choose_default(client_id)


def remove(*, client: User, card_id: UUID, at: datetime) -> None:
    """Remove a card, here first and then in the vault; what charges it by itself is switched off.

    Removing it again changes nothing. A vault that does not answer is told again by a job.
    :raises NotFound: there is no such card of this client.
    :raises ChargerUnreachable: unknown whether the vault removed it.
    """
    card = SavedCard.objects.filter(client=client, pk=card_id).first()
    if card is None:
        raise NotFound("There is no such card.")
    with transaction.atomic():
        _gone(SavedCard.objects.filter(pk=card.pk, removed_at=None), at)
        _choose_default(client.pk)
    if card.forgotten_at is None:
        _forget(card, at)


def forget_removed(*, at: datetime) -> int:
    """Tell the vault of removed cards that it may not have heard of; how many it let go."""
    removed = SavedCard.objects.filter(removed_at__lte=at - TOLD_AFTER, forgotten_at=None)
    some = list(removed.order_by("removed_at")[:BATCH])
    return sweeps.each(some, lambda card: _forget(card, at), job="forget cards")


@transaction.atomic
def prefer(*, client: User, card_id: UUID) -> SavedCard:
    """Let a card be the one that is offered first.

    :raises NotFound: there is no such card of this client.
    """
    mine = SavedCard.objects.select_for_update().filter(client=client, removed_at=None)
    card = mine.filter(pk=card_id).first()
    if card is None:
        raise NotFound("There is no such card.")
    mine.exclude(pk=card_id).update(is_default=False)
    card.is_default = True
    card.save(update_fields=["is_default"])
    return card


@transaction.atomic
def _begin(client: User, at: datetime) -> CardSetup:
    client = User.objects.select_for_update(no_key=True).get(pk=client.pk)
    if not client.is_client or client.is_frozen or not client.is_active:
        raise Forbidden("Only clients in good standing save cards.")
    mine = CardSetup.objects.filter(client=client).order_by("-created_at")
    saved = SavedCard.objects.filter(client=client).order_by("-saved_at").first()
    last = mine.first()
    is_unused = last and not (saved and saved.saved_at >= last.created_at)
    if last and is_unused and last.created_at > at - USABLE_FOR:
        return last
    times, seconds = settings.RATE_LIMITS["new-card"]
    recent = mine.filter(created_at__gt=at - timedelta(seconds=seconds))
    started = list(recent.values_list("created_at", flat=True)[:times])
    if len(started) >= times:
        wait = started[-1] + timedelta(seconds=seconds) - at
        raise TooManyNewCards(
            f"You can add {times} cards in a day. Come back later.",
            retry_after=max(1, int(wait.total_seconds())),
        )
    return CardSetup.objects.create(
        client=client, consent=words.KEEP_CONSENT, created_at=at, expires_at=at + OPEN_FOR
    )


def _customer_of(client: User, at: datetime) -> str:
    """The client's drawer, made once: its row is there before the vault is asked."""
    customer, _ = CardCustomer.objects.get_or_create(client=client, defaults={"created_at": at})
    if customer.customer_id:
        return customer.customer_id
    vault: CardVault = engines.load("card_vault")
    again = f":a{customer.attempt}" if customer.attempt > 1 else ""
    rows = CardCustomer.objects.filter(pk=client.pk, attempt=customer.attempt)
    try:
        made = vault.open_customer(client.pk, client.email, key=f"customer:{client.pk}{again}")
    except ChargerUnreachable as error:
        if error.spent_key:
            rows.update(attempt=customer.attempt + 1)
        raise
    CardCustomer.objects.filter(pk=client.pk, customer_id=None).update(customer_id=made)
    return str(CardCustomer.objects.get(pk=client.pk).customer_id)


def _ask(owner: CardCustomer) -> Drawer:
    vault: CardVault = engines.load("card_vault")
    known = SavedCard.objects.filter(client=owner.pk).values_list("method_id", flat=True)
    before = frozenset(known)
    return Drawer(owner.pk, vault.cards(str(owner.customer_id)), before)


def _order(setup: CardSetup, customer_id: str) -> SetupOrder:
    back = f"{settings.SITE_URL}/wallet/cards/return/"
    return SetupOrder(
        setup_id=setup.pk,
        client_id=setup.client_id,
        customer_id=customer_id,
        success_url=back,
        cancel_url=f"{back}?left=1",
        expires_at=setup.expires_at,
    )


def _keep(client_id: UUID, card: KeptCard, known: SavedCard | None, at: datetime) -> None:
    if known is None:
        consented = CardSetup.objects.filter(client=client_id).order_by("-created_at").first()
        SavedCard.objects.create(
            client_id=client_id,
            method_id=card.id,
            brand=card.brand,
            last4=card.last4,
            exp_month=card.exp_month,
            exp_year=card.exp_year,
            consented_at=consented.created_at if consented else at,
            saved_at=at,
        )
        traces.note(user_id=client_id, seen={Trace.Kind.CARD.value: card.fingerprint}, at=at)
    elif (known.exp_month, known.exp_year) != (card.exp_month, card.exp_year):
        known.exp_month, known.exp_year = card.exp_month, card.exp_year
        known.save(update_fields=["exp_month", "exp_year"])


def _forget(card: SavedCard, at: datetime) -> None:
    vault: CardVault = engines.load("card_vault")
    vault.forget(card.method_id)
    SavedCard.objects.filter(pk=card.pk).update(forgotten_at=at)


def _gone(cards: QuerySet[SavedCard], at: datetime) -> None:
    ids = list(cards.values_list("pk", flat=True))
    SavedCard.objects.filter(pk__in=ids).update(removed_at=at, is_default=False)
    AutoReload.objects.filter(card__in=ids, is_on=True).update(
        is_on=False, off_because=words.CARD_REMOVED
    )


def _choose_default(client_id: UUID) -> None:
    """The oldest card that is left, unless one is chosen already."""
    mine = SavedCard.objects.filter(client=client_id, removed_at=None)
    if not mine.filter(is_default=True).exists():
        first = mine.order_by("saved_at", "id").first()
        if first:
            SavedCard.objects.filter(pk=first.pk).update(is_default=True)

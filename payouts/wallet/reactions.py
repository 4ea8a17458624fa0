"""What the wallet does when something happens around it: at Stripe, in the ledger, to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from backend.accounts.announcements import EmailChanged, PutUnderReview, SelfExclusionBegan
from backend.accounts.models import Role, User
from backend.core.announcements import on
from backend.inbox.models import ExternalEvent
from backend.inbox.registry import NotForUs, handles
from backend.ledger.announcements import WalletCredited, WalletsDrawn, WalletSpent
from payouts.errors import NotThere
from payouts.services import convergence
from payouts.wallet import words
from payouts.wallet.services import cards, refunds, reloads, withdrawals

CARD_TYPES: Final = [
    "setup_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payment_method.automatically_updated",
]
REFUND_TYPES: Final = [
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
]


@on(WalletSpent)
def look_after_a_payment(fact: WalletSpent) -> None:
    """A gift or a door may have brought the wallet below its trigger."""
    reloads.look_at(client_ids=[fact.client_id], at=fact.at)


@on(WalletsDrawn)
def look_after_readings(fact: WalletsDrawn) -> None:
    """Readings hold more: all their wallets are looked at together."""
    reloads.look_at(client_ids=fact.client_ids, at=fact.at)


@on(WalletCredited)
def arm_again(fact: WalletCredited) -> None:
    """Enough money came in: the next fall counts again."""
    reloads.arm(client_id=fact.client_id, at=fact.at)


@on(SelfExclusionBegan)
def charge_nothing_by_itself(fact: SelfExclusionBegan) -> None:
    """Whoever wants to spend nothing is charged nothing."""
    reloads.switch_off(client_id=fact.user_id, because=words.EXCLUDED)


@on(PutUnderReview)
def charge_nothing_while_staff_look(fact: PutUnderReview) -> None:
    """A bank asks about their payments: no card is charged by itself."""
    reloads.switch_off(client_id=fact.user_id, because=words.UNDER_REVIEW)


@on(EmailChanged)
def hold_after_another_address(fact: EmailChanged) -> None:
    """Whoever takes over an account changes its address first: money stays for two days."""
    if User.objects.filter(pk=fact.user_id, role=Role.CLIENT).exists():
        withdrawals.hold(client_id=fact.user_id, at=fact.at)


def fetch_cards(event: ExternalEvent) -> cards.Drawer:
    """The drawer that an event is about, as the vault has it now."""
    _check_mode(event)
    named = _object(event)
    drawer = cards.drawer_of(customer_id=named.get("customer"), method_id=str(named.get("id")))
    if drawer is None:
        raise NotForUs("no client of ours")
    return drawer


def keep_cards(event: ExternalEvent, *, at: datetime) -> None:
    """A card was saved, removed, or renewed by its bank."""
    cards.apply(drawer=cast("cards.Drawer", event.fetched), at=at)


def fetch_refund(event: ExternalEvent) -> refunds.News:
    """The payment that a refund belongs to, with all its refunds."""
    _check_mode(event)
    try:
        news = refunds.ask_of(event.object_id)
    except NotThere as error:
        raise NotForUs("Stripe does not know this refund") from error
    if news is None:
        raise NotForUs("it belongs to no payment")
    return news


def fetch_refunded_payment(event: ExternalEvent) -> refunds.News:
    """The payment whose charge was refunded."""
    _check_mode(event)
    payment_id = str(_object(event).get("payment_intent") or "")
    if not payment_id:
        raise NotForUs("it names no payment")
    try:
        return refunds.ask(payment_id)
    except NotThere as error:
        raise NotForUs("Stripe does not know this payment") from error


def hear_of_refunds(event: ExternalEvent, *, at: datetime) -> None:
    """A refund was made, by us or by hand, or its bank had the last word."""
    if not refunds.hear(news=cast("refunds.News", event.fetched), at=at):
        raise NotForUs("no top-up of ours")


def _object(event: ExternalEvent) -> dict[str, Any]:
    """What the event shows of its object: good for ids, never believed for more."""
    return cast("dict[str, dict[str, dict[str, Any]]]", event.payload)["data"]["object"]


def _check_mode(event: ExternalEvent) -> None:
    if event.livemode != convergence.is_live():
        raise NotForUs("the other mode")


for _type in CARD_TYPES:
    handles("stripe", _type, fetch=fetch_cards)(keep_cards)
for _type in REFUND_TYPES:
    handles("stripe", _type, fetch=fetch_refund)(hear_of_refunds)
handles("stripe", "charge.refunded", fetch=fetch_refunded_payment)(hear_of_refunds)

"""Every ten minutes: what did Stripe tell us that we did not hear?

Lost events are put into the inbox, unfinished top-ups are asked about, and every movement of our
balance at Stripe must have one of ours. What does not fit becomes an issue; money is never
invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.core import engines
from backend.core.errors import Conflict, DomainError
from backend.inbox import registry
from backend.inbox import services as inbox
from backend.ledger import movements
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.models import TopUp, Watermark
from payouts.ports import CardCharger, Settlement
from payouts.services import convergence, issues
from payouts.states import FINAL

log = structlog.get_logger(__name__)
OVERLAP: Final = timedelta(days=2)
FIRST_LOOK: Final = timedelta(days=30)
UNFINISHED_AFTER: Final = timedelta(minutes=10)
TOP_UPS_MAX: Final = 500
FAILURES_MAX: Final = 3


def run(*, at: datetime) -> None:
    """Hear what was missed. Each part is independent: one that fails is tried next time."""
    for part in (hear_missed_events, ask_about_unfinished, check_balance):
        try:
            found = part(at=at)
        except DomainError as failure:
            log.warning("reconciliation_failed", part=part.__name__, why=failure.detail)
        else:
            log.info("reconciled", part=part.__name__, found=found)


def hear_missed_events(*, at: datetime) -> int:
    """Put events that no webhook brought into the inbox; how many."""
    charger: CardCharger = engines.load("card_charger")
    missed = 0
    for event in charger.events_since(_since("events", at), registry.types_of("stripe")):
        missed += inbox.receive(
            source="stripe",
            external_id=event.id,
            type=event.type,
            object_id=event.object_id,
            livemode=event.livemode,
            payload=event.payload,
            account=event.account,
            at=at,
        )
    _mark("events", at)
    return missed


def ask_about_unfinished(*, at: datetime) -> int:
    """Converge every top-up that is not final after ten minutes; how many became final.

    One that fails does not hold up the others; several in a row mean that Stripe is down.
    :raises ChargerUnreachable: it is.
    """
    unfinished = (
        TopUp.objects.filter(created_at__lte=at - UNFINISHED_AFTER)
        .exclude(status__in=FINAL)
        .order_by("created_at")
    )
    finished = failures = 0
    for top_up_id in list(unfinished.values_list("id", flat=True)[:TOP_UPS_MAX]):
        try:
            finished += convergence.converge_top_up(top_up_id=top_up_id, at=at).is_final
            failures = 0
        except ChargerUnreachable:
            failures += 1
            if failures >= FAILURES_MAX:
                raise
        except ChargerRefused:
            issues.raise_once(
                kind="top_up_unknown",
                external_id=str(top_up_id),
                text=f"Stripe tells us nothing about top-up {top_up_id}.",
                at=at,
            )
        except Conflict as conflict:
            _raise_conflict(top_up_id, conflict, at)
    return finished


def check_balance(*, at: datetime) -> int:
    """Match each movement of our balance at Stripe with one of ours; how many did not fit."""
    charger: CardCharger = engines.load("card_charger")
    strange = 0
    for settlement in charger.settlements_since(_since("balance", at)):
        strange += not _settled(settlement, at)
    _mark("balance", at)
    return strange


def _settled(settlement: Settlement, at: datetime) -> bool:
    top_up = (
        TopUp.objects.filter(payment_intent_id=settlement.payment_id).first()
        if settlement.kind == "charge" and settlement.payment_id
        else None
    )
    if top_up and top_up.settled_at:
        return _book(settlement, at)
    if top_up:
        try:
            convergence.converge_top_up(top_up_id=top_up.pk, at=at)
        except Conflict as conflict:
            _raise_conflict(top_up.pk, conflict, at)
        return bool(TopUp.objects.filter(pk=top_up.pk, settled_at__isnull=False).exists())
    issues.raise_once(
        kind="balance_transaction",
        external_id=settlement.transaction_id,
        text=f"Stripe moved {settlement.gross_cents} {settlement.currency} ({settlement.kind}) "
        f"and we have nothing for it.",
        at=at,
    )
    return False


def _raise_conflict(top_up_id: UUID, conflict: Conflict, at: datetime) -> None:
    issues.raise_once(
        kind="top_up_conflict",
        external_id=str(top_up_id),
        text=f"The money of top-up {top_up_id} is booked as something else: {conflict.detail}",
        at=at,
    )


def _book(settlement: Settlement, at: datetime) -> bool:
    """Book it again: known is fine, other amounts under the same id are not."""
    try:
        movements.settle_charge(
            transaction_id=settlement.transaction_id,
            payment_intent_id=settlement.payment_id or "",
            gross_cents=settlement.gross_cents,
            fee_cents=settlement.fee_cents,
            at=at,
        )
    except Conflict:
        issues.raise_once(
            kind="balance_amount",
            external_id=settlement.transaction_id,
            text=f"{settlement.transaction_id} is booked with other amounts than Stripe has.",
            at=at,
        )
        return False
    return True


def _since(name: str, at: datetime) -> datetime:
    mark = Watermark.objects.filter(name=name).first()
    return mark.at - OVERLAP if mark else at - FIRST_LOOK


@transaction.atomic
def _mark(name: str, at: datetime) -> None:
    Watermark.objects.update_or_create(name=name, defaults={"at": at})

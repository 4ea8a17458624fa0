"""What we do about what banks tell Stripe: look it up again, and bring our case to it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from backend.core import clock
from backend.inbox.models import ExternalEvent
from backend.inbox.registry import NotForUs, handles
from payouts.chargebacks.services import convergence, warnings
from payouts.errors import NotThere
from payouts.ports import BankDispute, BankWarning
from payouts.services.convergence import is_live

DISPUTE_TYPES: Final = [
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
]
WARNING_TYPES: Final = [
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "review.opened",
    "review.closed",
]


def fetch_dispute(event: ExternalEvent) -> BankDispute:
    """The dispute that an event is about; what its payment brought is booked by then."""
    _check_mode(event)
    try:
        return convergence.ask(event.object_id, at=clock.now())
    except NotThere as error:
        raise NotForUs("Stripe does not know this dispute") from error


def fetch_warning(event: ExternalEvent) -> BankWarning:
    """The warning or review that an event is about."""
    _check_mode(event)
    try:
        return warnings.ask(event.object_id, at=clock.now())
    except NotThere as error:
        raise NotForUs("Stripe does not know this warning") from error


def converge_dispute(event: ExternalEvent, *, at: datetime) -> None:
    """A dispute began, changed, moved money, or ended."""
    convergence.apply(dispute=cast("BankDispute", event.fetched), at=at)


def converge_warning(event: ExternalEvent, *, at: datetime) -> None:
    """A payment was warned of, or nothing is left to do about it."""
    if warnings.apply(seen=cast("BankWarning", event.fetched), at=at) is None:
        raise NotForUs("no payment of ours")


def _check_mode(event: ExternalEvent) -> None:
    if event.livemode != is_live():
        raise NotForUs("the other mode")


for _type in DISPUTE_TYPES:
    handles("stripe", _type, fetch=fetch_dispute)(converge_dispute)
for _type in WARNING_TYPES:
    handles("stripe", _type, fetch=fetch_warning)(converge_warning)

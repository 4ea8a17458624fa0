"""Events that no webhook brought."""

from __future__ import annotations

from datetime import datetime

from backend.core import engines
from backend.inbox import registry
from backend.inbox import services as inbox
from payouts.ports import CardCharger
from payouts.services.reconciliation import watermarks


def hear_missed_events(*, at: datetime) -> int:
    """Put every event of a type that somebody handles into the inbox; how many were new.

    :raises ChargerUnreachable: Stripe did not answer; the watermark stays.
    """
    charger: CardCharger = engines.load("card_charger")
    missed = 0
    since = watermarks.since("events", at)
    for event in charger.events_since(since, registry.types_of("stripe")):
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
    watermarks.move("events", at)
    return missed

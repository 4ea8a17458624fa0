"""What a reader's payout carries at least, by the reader's own choice."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from payouts.earnings.errors import ThresholdOutOfBounds
from payouts.models import PayoutTerms

THRESHOLD_MAX_CENTS = 1_000_000


@transaction.atomic
def change(*, reader: User, cents: int) -> PayoutTerms:
    """Wait until ``cents`` are there before a payout goes out; our own least is the least.

    :raises ThresholdOutOfBounds: less than our own, or more than $10,000.00.
    """
    if not settings.PAYOUT_MIN_CENTS <= cents <= THRESHOLD_MAX_CENTS:
        raise ThresholdOutOfBounds(
            min_cents=settings.PAYOUT_MIN_CENTS, max_cents=THRESHOLD_MAX_CENTS
        )
    own = cents if cents > settings.PAYOUT_MIN_CENTS else None
    terms, _ = PayoutTerms.objects.update_or_create(
        reader=reader, defaults={"threshold_cents": own}
    )
    return terms

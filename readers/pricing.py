"""What seconds of a reading cost. Pure: no query, no clock, no settings (money.md R2).

Metered per second, priced per minute: the price of ``s`` seconds is
``floor(rate * billed(s) / 60)``, where ``billed`` drops the free seconds and rounds up to the
increment (1 = each second, 60 = each started minute).
"""

from __future__ import annotations

SECONDS_PER_MINUTE = 60
BPS = 10_000


def price(*, seconds: int, rate_cents: int, increment_s: int = 1, free_s: int = 0) -> int:
    """Cents that ``seconds`` of connected time cost in all, at ``rate_cents`` a minute."""
    metered = max(0, seconds - free_s)
    billed = -(-metered // increment_s) * increment_s
    return rate_cents * billed // SECONDS_PER_MINUTE


def longest_affordable(
    *, cents: int, rate_cents: int, increment_s: int = 1, free_s: int = 0
) -> int:
    """The most seconds ``s`` with ``price(s) <= cents``: the inverse of ``price``.

    :raises ValueError: the rate is not positive, so that no number of seconds is the most.
    """
    if rate_cents <= 0:
        raise ValueError("A rate is at least one cent.")
    metered = ((max(0, cents) + 1) * SECONDS_PER_MINUTE - 1) // rate_cents
    return free_s + metered // increment_s * increment_s


def share(*, gross_cents: int, split_bps: int) -> int:
    """The reader's part in cents of a cumulative gross, rounded down (the odd cent is ours).

    The ledger's ``split`` is the same rule for a single amount; this one serves totals, so that
    sixty ticks of one reading drift by nothing.
    """
    return gross_cents * split_bps // BPS

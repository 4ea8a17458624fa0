"""What happens by itself as the virtual clock goes on: sessions expire, money arrives."""

from __future__ import annotations

import logging
from collections.abc import Callable

from backend.stripe_sandbox.acts import accounts, balances, checkouts, disputes, payouts, refunds
from backend.stripe_sandbox.errors import ApiError
from backend.stripe_sandbox.world import World

log = logging.getLogger("stripe_sandbox")
ACTS: dict[str, Callable[[World, str], None]] = {
    "balance_available": balances.settle,
    "dispute_due": disputes.grow_overdue,
    "expire_session": checkouts.close_overdue,
    "inquiry_closes": disputes.close_inquiry,
    "payout_arrives": payouts.arrive,
    "refund_fails": refunds.bounce,
    "refund_later": refunds.arrive,
    "requirement_due": accounts.grow_overdue,
}


def run_due(world: World) -> None:
    """Do everything whose time has come, oldest first, each in its own transaction.

    What cannot happen any more (its object was deleted) is struck out.
    """
    sql = "SELECT seq, act, object FROM agenda WHERE at <= ? ORDER BY at, seq LIMIT 1"
    strike = "DELETE FROM agenda WHERE seq = ?"
    while row := world.store.db.execute(sql, [world.now()]).fetchone():
        try:
            with world.store.transaction():
                world.store.db.execute(strike, [row[0]])
                ACTS[row[1]](world, row[2])
        except ApiError as error:
            log.warning("%s of %s did not happen: %s", row[1], row[2], error)
            world.store.db.execute(strike, [row[0]])

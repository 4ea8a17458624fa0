"""What happens by itself as the virtual clock goes on: sessions expire, money arrives."""

from __future__ import annotations

from collections.abc import Callable

from backend.stripe_sandbox.acts import checkouts
from backend.stripe_sandbox.world import World

ACTS: dict[str, Callable[[World, str], None]] = {
    "expire_session": checkouts.close_overdue,
}


def run_due(world: World) -> None:
    """Do everything whose time has come, oldest first, each in its own transaction."""
    while True:
        with world.store.transaction():
            row = world.store.db.execute(
                "SELECT seq, act, object FROM agenda WHERE at <= ? ORDER BY at, seq LIMIT 1",
                [world.now()],
            ).fetchone()
            if row is None:
                return
            world.store.db.execute("DELETE FROM agenda WHERE seq = ?", [row[0]])
            ACTS[row[1]](world, row[2])

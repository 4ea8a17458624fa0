"""The doors of the staff pages in one table: one line each, in the order in which they stand.

A door without its route is an error. ``key`` is the letter that opens it after ``g``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.urls import reverse

from admin_portal import reviewing
from admin_portal.evidence import files
from backend.inbox import selectors as inbox
from backend.ledger import adjustments
from backend.ledger import selectors as ledger
from payouts import staff_selectors as payouts
from payouts.chargebacks import selectors as banks


@dataclass(frozen=True)
class Door:
    """One page of staff: ``url`` names its route, ``count`` says how much waits there."""

    name: str
    url: str
    icon: str
    key: str = ""
    count: Callable[[], int] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Opened:
    """A door as a page shows it; ``waiting`` is 0 where nothing waits or nothing is counted."""

    door: Door
    path: str
    is_here: bool
    waiting: int


TABLE: Final[tuple[tuple[str, tuple[Door, ...]], ...]] = (
    (
        "Today",
        (Door("Overview", "admin_portal:home", "chart", "o"),),
    ),
    (
        "People",
        (
            Door("People", "admin_portal:people", "me", "p"),
            Door("New reader", "admin_portal:new_reader", "plus", "n"),
            Door("Sessions", "admin_portal:sessions", "clock", "s"),
        ),
    ),
    (
        "Money",
        (
            Door("Disputes", "admin_portal:disputes", "hand", "d", files.waiting),
            Door("Bank disputes", "admin_portal:chargebacks", "warn", "b", banks.waiting),
            Door("Payouts", "admin_portal:payout_runs", "purse", "y", payouts.payouts_waiting),
            Door("Ledger", "admin_portal:ledger", "receipt", "l"),
            Door("Adjustments", "admin_portal:adjustments", "edit", "j", adjustments.waiting_count),
        ),
    ),
    (
        "Trust",
        (
            Door("Reports", "admin_portal:reports", "shield", "r", reviewing.waiting),
            Door("Flags", "admin_portal:flags", "flag", "f", ledger.open_flags),
        ),
    ),
    (
        "Shop window",
        (Door("Gifts", "admin_portal:gifts", "gift", "i"),),
    ),
    (
        "House",
        (
            Door("Webhooks", "admin_portal:webhooks", "chain", "w", inbox.dead_count),
            Door("Feature flags", "admin_portal:features", "spark", "e"),
            Door("Audit log", "admin_portal:audit", "eye", "a"),
            Door("Diagnostics", "admin_portal:diagnostics", "info", "x"),
            Door("All rows", "admin:index", "search", "z"),
        ),
    ),
)


def opened(path: str) -> list[tuple[str, list[Opened]]]:
    """Every group with its doors, for a page at ``path``: the deepest door above it is "here".

    :raises NoReverseMatch: a door names a route that does not exist.
    """
    found = [(group, [(door, reverse(door.url)) for door in doors]) for group, doors in TABLE]
    addresses = [address for _, doors in found for _, address in doors]
    above = [address for address in addresses if path.startswith(address)]
    here = max(above, key=len, default="")
    return [
        (group, [_open(door, address, here) for door, address in doors]) for group, doors in found
    ]


def _open(door: Door, address: str, here: str) -> Opened:
    return Opened(door, address, address == here, door.count() if door.count else 0)

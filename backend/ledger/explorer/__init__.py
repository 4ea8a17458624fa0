"""Looking into the ledger, for staff: read-only, and quick however much there is."""

from backend.ledger.explorer.listing import LOOKED_MAX, Listed, Page, Wanted, movements, related
from backend.ledger.explorer.looking import Spot, find
from backend.ledger.explorer.movement import Opened, Transferred, movement
from backend.ledger.explorer.pots import (
    Line,
    PotOpened,
    Purse,
    Standing,
    lines_of,
    platform_pots,
    pot,
    pots_of,
    standing,
)

__all__ = [
    "LOOKED_MAX",
    "Line",
    "Listed",
    "Opened",
    "Page",
    "PotOpened",
    "Purse",
    "Spot",
    "Standing",
    "Transferred",
    "Wanted",
    "find",
    "lines_of",
    "movement",
    "movements",
    "platform_pots",
    "pot",
    "pots_of",
    "related",
    "standing",
]

"""The rows of the ledger. Only this app imports them; others ask selectors and movements."""

from backend.ledger.models.adjustments import Adjustment
from backend.ledger.models.figures import AuditRun, DayFigure
from backend.ledger.models.lots import Flag, Lot, PromoGrant
from backend.ledger.models.movements import Movement, Transfer
from backend.ledger.models.pots import (
    CREDIT_NORMAL,
    DEBIT_NORMAL,
    UNCOUNTED,
    Pot,
    PotKind,
    PotSnapshot,
)
from backend.ledger.models.signatures import SignedAlone

__all__ = [
    "CREDIT_NORMAL",
    "DEBIT_NORMAL",
    "UNCOUNTED",
    "Adjustment",
    "AuditRun",
    "DayFigure",
    "Flag",
    "Lot",
    "Movement",
    "Pot",
    "PotKind",
    "PotSnapshot",
    "PromoGrant",
    "SignedAlone",
    "Transfer",
]

"""The rows of the ledger. Only this app imports them; others ask selectors and movements."""

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

"""The life of a bank's dispute and of a bank's warning. Pure: no query, no clock."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices


class ChargebackState(TextChoices):
    """How far a bank's dispute of one payment is. Inquiries move no money."""

    INQUIRY = "inquiry", "The bank asks"
    INQUIRY_ANSWERED = "inquiry_answered", "Asked and answered"
    OPEN = "open", "Money taken, answer due"
    ANSWERED = "answered", "The bank decides"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    CLOSED = "closed", "Closed without a decision"


class WarningState(TextChoices):
    """What became of a bank's warning, or of a payment that its service wants looked at."""

    OPEN = "open", "To look at"
    CLEARED = "cleared", "Cleared"
    REFUNDED = "refunded", "Paid back to the card"
    DISPUTED = "disputed", "Became a dispute"
    PASSED = "passed", "Nothing left to do"


_S = ChargebackState
# The whole life of a dispute. Read a line as "from this state, to one of these". It only moves
# forward, and may skip what nobody told us of.
MOVES: Final = {
    _S.INQUIRY: {_S.INQUIRY_ANSWERED, _S.OPEN, _S.ANSWERED, _S.WON, _S.LOST, _S.CLOSED},
    _S.INQUIRY_ANSWERED: {_S.OPEN, _S.ANSWERED, _S.WON, _S.LOST, _S.CLOSED},
    _S.OPEN: {_S.ANSWERED, _S.WON, _S.LOST, _S.CLOSED},
    _S.ANSWERED: {_S.WON, _S.LOST, _S.CLOSED},
    _S.WON: set(),
    _S.LOST: set(),
    _S.CLOSED: set(),
}
INQUIRIES: Final = frozenset({_S.INQUIRY, _S.INQUIRY_ANSWERED})
TO_ANSWER: Final = frozenset({_S.INQUIRY, _S.OPEN})
WITH_THE_BANK: Final = frozenset({_S.INQUIRY_ANSWERED, _S.ANSWERED})
DECIDED: Final = frozenset({_S.WON, _S.LOST, _S.CLOSED})
# While one of these is so, a client's money stays stopped.
UNDECIDED_MONEY: Final = frozenset({_S.OPEN, _S.ANSWERED})

# Stripe's words for it. Appeals are not among them: a case that was decided stays so here, and
# a person looks at what Stripe says after it.
OF_STRIPE: Final = {
    "warning_needs_response": _S.INQUIRY,
    "warning_under_review": _S.INQUIRY_ANSWERED,
    "needs_response": _S.OPEN,
    "under_review": _S.ANSWERED,
    "won": _S.WON,
    "lost": _S.LOST,
    "warning_closed": _S.CLOSED,
    "prevented": _S.CLOSED,
}


def may_move(came_from: str, to: ChargebackState) -> bool:
    """Whether a dispute in ``came_from`` may become ``to``."""
    return to in MOVES[ChargebackState(came_from)]

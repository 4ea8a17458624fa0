"""The life of a top-up. Pure: no query, no clock."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices


class TopUpStatus(TextChoices):
    """How far a top-up is, in the words that the API shows."""

    CREATED = "created", "Being prepared"
    OPEN = "open", "Waiting for payment"
    REQUIRES_ACTION = "requires_action", "The bank is asking"
    PROCESSING = "processing", "The bank is thinking"
    FAILED = "failed", "Refused; may be tried again"
    EXPIRED = "expired", "Expired, nothing charged"
    CANCELED = "canceled", "Canceled, nothing charged"
    MISMATCHED = "mismatched", "Set aside; we are looking into it"
    SUCCEEDED = "succeeded", "Money added"


_S = TopUpStatus
_TRYING: Final = {_S.REQUIRES_ACTION, _S.PROCESSING, _S.FAILED}
_OVER: Final = {_S.EXPIRED, _S.CANCELED}
_PAID: Final = {_S.MISMATCHED, _S.SUCCEEDED}

# Read a line as "from this state, to one of these". Money is the truth: what was given up as
# expired or canceled may still turn out paid, and what is paid stays so.
MOVES: Final[dict[TopUpStatus, set[TopUpStatus]]] = {
    _S.CREATED: {_S.OPEN} | _TRYING | _OVER | _PAID,
    _S.OPEN: _TRYING | _OVER | _PAID,
    _S.REQUIRES_ACTION: {_S.PROCESSING, _S.FAILED} | _OVER | _PAID,
    _S.PROCESSING: {_S.REQUIRES_ACTION, _S.FAILED} | _OVER | _PAID,
    _S.FAILED: {_S.REQUIRES_ACTION, _S.PROCESSING} | _OVER | _PAID,
    _S.EXPIRED: set(_PAID),
    _S.CANCELED: set(_PAID),
    _S.MISMATCHED: set(),
    _S.SUCCEEDED: set(),
}
FINAL: Final = frozenset(_OVER | _PAID)
# What may still become money, or has: it counts towards the daily cap.
COUNTED: Final = frozenset(set(_S) - _OVER)


def may_move(came_from: str, to: TopUpStatus) -> bool:
    """Whether a top-up in ``came_from`` may become ``to``."""
    return to in MOVES[TopUpStatus(came_from)]

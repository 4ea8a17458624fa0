"""The life of a case between client and reader, and what may be decided. Pure."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices


class DisputeState(TextChoices):
    """Where a case is, in the words that both sides read."""

    OPEN = "open", "Waiting for our answer"
    DECIDED = "decided", "Decided, open to one appeal"
    APPEALED = "appealed", "Appealed, waiting for our answer"
    CLOSED = "closed", "Closed for good"


class ReasonCode(TextChoices):
    """What a client says went wrong."""

    CONNECTION = "connection", "The connection was bad"
    READER_SILENT = "reader_silent", "The reader was silent or away"
    WRONG_READER = "wrong_reader", "It was not the reader I chose"
    CONDUCT = "conduct", "The reader was rude or unsafe"
    CHARGED_WRONGLY = "charged_wrongly", "The amount is wrong"
    OTHER = "other", "Something else"


class Outcome(TextChoices):
    """What a decision gives back."""

    REJECT = "reject", "Nothing comes back"
    MINUTES = "minutes", "Some minutes come back"
    FULL = "full", "All of it comes back"
    CUSTOM = "custom", "An amount comes back"


class BearerOf(TextChoices):
    """Whose money comes back; the values are those of ``movements.Bearer``."""

    SPLIT = "split", "Both give their share"
    PLATFORM = "platform", "We bear it"
    READER = "reader", "The reader bears it"


class SignatureState(TextChoices):
    """How far the question to a second admin is."""

    WAITING = "waiting", "Waiting for a second admin"
    SIGNED = "signed", "Signed"
    REFUSED = "refused", "Refused"


_S = DisputeState

# Read a line as "from this state, to one of these". There is one appeal, so no way leads back.
MOVES: Final[dict[DisputeState, frozenset[DisputeState]]] = {
    _S.OPEN: frozenset({_S.DECIDED}),
    _S.DECIDED: frozenset({_S.APPEALED, _S.CLOSED}),
    _S.APPEALED: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}
# Somebody of staff has to decide; both sides may still say something.
UNDECIDED: Final = (_S.OPEN, _S.APPEALED)
# Decision n of a case is taken in this state and leads to that one.
DECIDED_BY: Final = {1: (_S.OPEN, _S.DECIDED), 2: (_S.APPEALED, _S.CLOSED)}


def sources(to: DisputeState) -> list[DisputeState]:
    """The states that lead to ``to``."""
    return [state for state, targets in MOVES.items() if to in targets]


def next_decision(state: str) -> int:
    """Which decision is due in ``state``: 1, after an appeal 2, and 0 when none is."""
    return {_S.OPEN.value: 1, _S.APPEALED.value: 2}.get(state, 0)

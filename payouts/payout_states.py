"""The life of a payout and of a run of payouts. Pure: no query, no clock."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices


class PayoutState(TextChoices):
    """How far one reader's payout of one date is, in the words that pages show."""

    QUEUED = "queued", "Queued"
    STARTED = "started", "On its way"
    SENT = "sent", "Sent"
    WAITED = "waited", "Waited"
    REFUSED = "refused", "Not accepted"
    REVERSED = "reversed", "Taken back"


class RunState(TextChoices):
    """How far a run is."""

    CHOOSING = "choosing", "Choosing who is due"
    PAYING = "paying", "Paying"
    SHORT = "short", "Waiting for funds"
    DONE = "done", "Done"


class RunKind(TextChoices):
    """Who began a run: the night or a person. One that was found holds what Stripe had sent
    and our books had lost."""

    NIGHTLY = "nightly", "Nightly"
    MANUAL = "manual", "Ordered"
    FOUND = "found", "Found at Stripe"


_P, _R = PayoutState, RunState

# Read a line as "from this state, to one of these". A payout that is queued has moved no money;
# one that started is in flight until a transfer is found or definitely refused. What waited or
# was refused may be queued again for the same date.
MOVES: Final[dict[PayoutState, set[PayoutState]]] = {
    _P.QUEUED: {_P.STARTED, _P.WAITED},
    _P.STARTED: {_P.SENT, _P.REFUSED, _P.QUEUED},
    _P.SENT: {_P.REVERSED},
    _P.WAITED: {_P.QUEUED},
    _P.REFUSED: {_P.QUEUED},
    _P.REVERSED: set(),
}
RUN_MOVES: Final[dict[RunState, set[RunState]]] = {
    _R.CHOOSING: {_R.PAYING},
    _R.PAYING: {_R.SHORT, _R.DONE},
    _R.SHORT: {_R.PAYING},
    _R.DONE: {_R.PAYING},  # one of its payouts is tried again
}
UNDER_WAY: Final = frozenset({_P.QUEUED, _P.STARTED})
RETRIABLE: Final = frozenset({_P.WAITED, _P.REFUSED})


def sources(to: PayoutState) -> list[PayoutState]:
    """The states from which a payout may become ``to``."""
    return [state for state, following in MOVES.items() if to in following]


def run_sources(to: RunState) -> list[RunState]:
    """The states from which a run may become ``to``."""
    return [state for state, following in RUN_MOVES.items() if to in following]

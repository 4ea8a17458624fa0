"""What can stand between a person and a case. Codes are stable."""

from __future__ import annotations

from backend.core.errors import Conflict, Refused


class WindowClosed(Refused):
    """The hours in which a reading can be disputed, or a decision appealed, are over."""

    code, title = "dispute_window_closed", "The time for this is over"


class NothingToDispute(Refused):
    """Nothing was charged for the reading, or all of it came back already."""

    code, title = "nothing_to_dispute", "There is nothing that could come back"


class AlreadyDisputed(Conflict):
    """Each reading has one case. ``dispute_id`` says which."""

    code, title = "already_disputed", "This reading has its case"


class NotOpen(Conflict):
    """The case is not in a state in which this can be done (any more)."""

    code, title = "dispute_not_open", "This case has moved on"


class Overtaken(Conflict):
    """Somebody else changed the case since it was shown: ``version`` is what it is now."""

    code, title = "dispute_overtaken", "Somebody was faster: look at the case again"


class SignatureWaits(Conflict):
    """A decision of this case waits for a second admin; nothing else can be decided before."""

    code, title = "signature_waits", "A decision waits for a second admin"


class TooManyStatements(Refused):
    """One side has said enough in one case."""

    code, title = "too_many_statements", "You have added all the statements that a case takes"

"""What can stand in the way of a reading. Codes are stable; nothing was written."""

from __future__ import annotations

from backend.core.errors import Conflict, Forbidden, Refused


class AlreadyInAReading(Conflict):
    """The client has a live reading already."""

    code, title = "already_in_a_reading", "You are in a reading already"


class OwnReading(Refused):
    """Reader and client are the same person."""

    code, title = "own_reading", "You cannot book yourself"


class NotAClient(Refused):
    """Only clients ask for readings."""

    code, title = "not_a_client", "Only clients can ask for a reading"


class Suspended(Forbidden):
    """The account is suspended."""

    code, title = "account_suspended", "Your account is suspended"


class Blocked(Refused):
    """One of the two blocked the other."""

    code, title = "blocked", "You cannot ask this reader"


class CapTooLow(Refused):
    """The spend cap is below the price of the first minutes, or below the one before."""

    code, title = "cap_too_low", "This spend cap is too low"


class RateChanged(Conflict):
    """The reader changed the rate after the client had seen it."""

    code, title = "rate_changed", "The rate has changed"


class RoomClosed(Conflict):
    """Nothing can be said in this reading now."""

    code, title = "room_closed", "The room is not open for this now"

"""The life of a reading: its states, the moves between them and the words for an end.

Pure: no query, no clock, no settings (money.md §4.3).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models


class State(models.TextChoices):
    """Where a reading is. The first four are live, the rest terminal."""

    REQUESTED = "requested", "Ringing"
    CONNECTING = "connecting", "Connecting"
    ACTIVE = "active", "In a reading"
    PAUSED = "paused", "Paused"
    DECLINED = "declined", "Declined"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"
    NO_CONNECT = "no_connect", "Could not connect"
    ENDED = "ended", "Ended"


class Pause(models.TextChoices):
    """Why the meter of a live reading stands still."""

    MEDIA = "media", "Connection lost"
    FUNDS = "funds", "Out of funds"
    CAP = "cap", "Spend cap reached"


class Reason(models.TextChoices):
    """The finer word beside a state: who was away in a pause, what ended an ending."""

    CLIENT_AWAY = "client_away", "The client's connection is lost"
    READER_AWAY = "reader_away", "The reader's connection is lost"
    BOTH_AWAY = "both_away", "Both connections are lost"
    READER_SILENT = "reader_silent", "Waiting for the reader"
    HANGUP_CLIENT = "hangup_client", "Ended by the client"
    HANGUP_READER = "hangup_reader", "Ended by the reader"
    TIMEOUT = "timeout", "The connection did not come back"
    PAUSE_BUDGET = "pause_budget", "The connection was lost too often"
    FUNDS = "funds", "Out of funds"
    CAP = "cap", "The spend cap was reached"
    MAX = "max", "The longest reading was reached"
    ADMIN = "admin", "Ended by our team"
    FROZEN = "frozen", "An account was suspended"


class Peer(StrEnum):
    """One of the two people in the room."""

    CLIENT = "client"
    READER = "reader"

    @property
    def other(self) -> Peer:
        return Peer.READER if self is Peer.CLIENT else Peer.CLIENT


PEERS: Final = (Peer.CLIENT, Peer.READER)


class What(StrEnum):
    """What can happen to a reading."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    DUE = "due"
    PEER_UP = "peer_up"
    PEER_DOWN = "peer_down"
    SPOKE = "spoke"
    FUNDS = "funds"
    RAISE_CAP = "raise_cap"
    CHECKOUT = "checkout"
    HANGUP = "hangup"
    ADMIN_END = "admin_end"
    FROZEN = "frozen"
    ORPHAN = "orphan"


_S = State

# The whole life of a reading. Read a line as "from this state, to one of these".
# A paused reading may be paused for another reason: funds arrive, but a peer is away.
MOVES: Final[dict[State, frozenset[State]]] = {
    _S.REQUESTED: frozenset({_S.CONNECTING, _S.DECLINED, _S.MISSED, _S.CANCELLED}),
    _S.CONNECTING: frozenset({_S.ACTIVE, _S.NO_CONNECT, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.ENDED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.PAUSED, _S.ENDED}),
    _S.DECLINED: frozenset(),
    _S.MISSED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.NO_CONNECT: frozenset(),
    _S.ENDED: frozenset(),
}
LIVE: Final = (_S.REQUESTED, _S.CONNECTING, _S.ACTIVE, _S.PAUSED)
TERMINAL: Final = (_S.DECLINED, _S.MISSED, _S.CANCELLED, _S.NO_CONNECT, _S.ENDED)
ROOM_OPEN: Final = (_S.CONNECTING, _S.ACTIVE, _S.PAUSED)

_CAUSES: Final[dict[str, str]] = {
    Reason.HANGUP_CLIENT: "client",
    Reason.HANGUP_READER: "reader",
    Reason.TIMEOUT: "technical",
    Reason.PAUSE_BUDGET: "technical",
    Reason.FUNDS: "funds",
    Reason.CAP: "cap",
    Reason.MAX: "max",
    Reason.ADMIN: "admin",
    Reason.FROZEN: "frozen",
}
_STATE_CAUSES: Final[dict[str, str]] = {
    _S.DECLINED: "declined",
    _S.MISSED: "unanswered",
    _S.CANCELLED: "cancelled",
    _S.NO_CONNECT: "technical",
}


def cause_of(state: str, reason: str) -> str:
    """The word shown for an end: ``client``, ``reader``, ``funds``, ``technical``, … or ""."""
    if state == State.ENDED:
        return _CAUSES.get(reason, "technical")
    return _STATE_CAUSES.get(state, "")


def leads_to(before: str, after: str) -> bool:
    """Whether the table of moves allows ``before`` -> ``after`` (staying is always allowed)."""
    return before == after or State(after) in MOVES[State(before)]

"""What can stand in the way in a live room. Codes are stable; nothing was written."""

from __future__ import annotations

from backend.core.errors import Conflict, DomainError, Forbidden, Refused, TooMany


class StreamNotLive(Conflict):
    """There is nothing to watch: it has not begun, or it is over."""

    code, title = "stream_not_live", "This stream is not live"


class AlreadyLive(Conflict):
    """The host is live in another room."""

    code, title = "already_live", "You are live already"


class YouAreTheHost(Conflict):
    """The host comes in by start and token, never by join."""

    code, title = "you_are_the_host", "This is your own stream"


class PassRequired(DomainError):
    """A premium stream, and nobody has paid at its door. ``price_cents`` says how much it is."""

    code, status, title = "pass_required", 402, "This stream costs an entrance"


class PutOut(Forbidden):
    """The host or a moderator put this person out of the room."""

    code, title = "put_out", "You were put out of this room"


class Muted(Forbidden):
    """This person may listen and not speak."""

    code, title = "muted", "You cannot write in this room now"


class BlockedWord(Refused):
    """The message holds a word that is not said here; it was not kept."""

    code, title = "blocked_word", "A word of this message is not said here"


class SlowMode(TooMany):
    """The room's host lets everybody write once in so many seconds."""

    code, title = "slow_mode", "Slow mode is on"


class NotOnThem(Refused):
    """The act is about somebody on whom it cannot be done: the host, a fellow moderator."""

    code, title = "not_on_them", "This cannot be done to them"

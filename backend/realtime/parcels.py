"""What travels on the bus: one event, ready to be written to sockets, with its address label.

As bytes: the sending bus (8), for whom (1: ``*`` all, ``c`` client, ``r`` reader, ``!`` the
sockets themselves), the close code that follows it (4 digits, 0000 = none), then the JSON text
``{"type","id","ts","data"}``. A socket only adds its own ``seq``, so an event is encoded once
however many hear it.
"""

from __future__ import annotations

import itertools
import os
import secrets
import time
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

import orjson

from backend.core.errors import InvalidInput
from backend.realtime.events import Event

Side = Literal["client", "reader"]
NOBODY: Final = b"--------"
"""The sender of what does not come from a socket: every process delivers it."""

_LABEL: Final = 13
_FOR: Final = {None: "*", "client": "c", "reader": "r"}
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class _Numbers:
    """Frame ids: a count from a chance beginning, so that processes do not share them."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.count = itertools.count(secrets.randbits(46) << 16)


class _Clock:
    """The text of the running millisecond, which many frames of a busy process share."""

    millis = 0
    text = b""


_ids = _Numbers()
os.register_at_fork(after_in_child=_ids.begin)


class Parcel(NamedTuple):
    """One event on its way. ``audience`` is ``*``, ``c``, ``r`` or ``!``; ``body`` is JSON."""

    audience: str
    closes: int
    body: bytes

    def packed(self, sender: bytes = NOBODY) -> bytes:
        """The bytes that go over Redis; ``sender`` is the 8-byte name of a bus."""
        return b"%b%b%04d%b" % (sender, self.audience.encode(), self.closes, self.body)

    def numbered(self, seq: int) -> bytes:
        """The frame for one connection."""
        return b'{"seq":%d,%b' % (seq, self.body[1:])


def unpack(raw: bytes) -> Parcel:
    """Read what came from Redis."""
    return Parcel(chr(raw[8]), int(raw[9:_LABEL]), raw[_LABEL:])


def of(event: Event, only: Side | None = None) -> Parcel:
    """Wrap ``event`` for everybody in the room, or for one side of a session."""
    content = orjson.dumps(event.content(), option=_OPTIONS)
    audience = "!" if event.inward else _FOR[only]
    return Parcel(audience, event.closes, _frame(event.type.encode(), content))


def relayed(kind: bytes, content: Any, to: Side) -> Parcel:
    """Wrap what one side says to the other; the content is opaque to us.

    :raises InvalidInput: it is nested deeper than can be written, which is less than can be read.
    """
    try:
        return Parcel(to[0], 0, _frame(kind, orjson.dumps(content)))
    except orjson.JSONEncodeError as error:
        raise InvalidInput("The content is nested too deeply.") from error


def _frame(kind: bytes, content: bytes) -> bytes:
    """The frame without its ``seq``; ``content`` is JSON. ``ts`` is UTC with milliseconds."""
    millis = time.time_ns() // 1_000_000
    if millis != _Clock.millis:
        at = datetime.fromtimestamp(millis // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        _Clock.text = b"%b.%03dZ" % (at.encode(), millis % 1000)
        _Clock.millis = millis
    return b'{"type":"%b","id":"%x","ts":"%b","data":%b}' % (
        kind,
        next(_ids.count),
        _Clock.text,
        content,
    )

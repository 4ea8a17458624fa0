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
    """The text of the running second, which many frames share."""

    second = 0
    text = ""


_ids = _Numbers()
os.register_at_fork(after_in_child=_ids.begin)


class Parcel(NamedTuple):
    """One event on its way. ``audience`` is ``*``, ``c``, ``r`` or ``!``."""

    audience: str
    closes: int
    text: str

    def packed(self, sender: bytes = NOBODY) -> bytes:
        """The bytes that go over Redis; ``sender`` is the 8-byte name of a bus."""
        return b"%b%b%04d%b" % (sender, self.audience.encode(), self.closes, self.text.encode())


def unpack(raw: bytes) -> Parcel:
    """Read what came from Redis."""
    return Parcel(chr(raw[8]), int(raw[9:_LABEL]), raw[_LABEL:].decode())


def of(event: Event, only: Side | None = None) -> Parcel:
    """Wrap ``event`` for everybody in the room, or for one side of a session."""
    text = frame(event.type, orjson.dumps(event.content(), option=_OPTIONS).decode())
    return Parcel("!" if event.inward else _FOR[only], event.closes, text)


def relayed(kind: str, content: Any, to: Side) -> Parcel:
    """Wrap what one side says to the other; the content is opaque to us."""
    return Parcel(_FOR[to], 0, frame(kind, orjson.dumps(content).decode()))


def frame(kind: str, data: str) -> str:
    """The frame without its ``seq``; ``data`` is JSON text."""
    return f'{{"type":"{kind}","id":"{next(_ids.count):x}","ts":"{stamp()}","data":{data}}}'


def stamp() -> str:
    """Now in UTC as ISO 8601 with milliseconds."""
    millis = time.time_ns() // 1_000_000
    second = millis // 1000
    if second != _Clock.second:
        _Clock.text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        _Clock.second = second
    return f"{_Clock.text}{millis % 1000:03d}Z"

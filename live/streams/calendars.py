"""A stream as a calendar file (RFC 5545): one event, in UTC, that updates itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

_OCTETS_MAX: Final = 75
_SIGNS: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_CONTROLS: Final = map(chr, (*range(32), 0x7F, 0x85, 0x2028, 0x2029))
_ESCAPES: Final = str.maketrans({**dict.fromkeys(_CONTROLS), **_SIGNS})


@dataclass(frozen=True)
class Entry:
    """What the calendar says. ``number`` grows with every change."""

    id: UUID
    title: str
    host: str
    url: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    number: int
    is_cancelled: bool = False


def file_of(entry: Entry, *, site: str, at: datetime) -> bytes:
    """The file; ``site`` is the name behind the entry's id, ``at`` when it was asked for."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//SoulSeer//Streams//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.id}@{site}",
        f"DTSTAMP:{_stamp(at)}",
        f"DTSTART:{_stamp(entry.starts_at)}",
        f"DTEND:{_stamp(entry.ends_at)}",
        f"LAST-MODIFIED:{_stamp(entry.changed_at)}",
        f"SEQUENCE:{entry.number}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(f'Live with {entry.host} on SoulSeer: {entry.url}')}",
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    return words.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """At most 75 octets a line; a longer one goes on after a line break and a space."""
    parts: list[bytes] = [b""]
    for sign in line:
        octets = sign.encode()
        if len(parts[-1]) + len(octets) > _OCTETS_MAX:
            parts.append(b" ")
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"

"""What an event is, and the registry of all of them.

An event is a frozen dataclass of plain values: ``_cents``, whole seconds, UTC instants (sent as
ISO 8601 with ``Z``), ids (sent as text). Its docstring says *to whom* it goes. A field made with
``absent()`` is left out of the frame when it is None; every other None is sent as null.

``inward`` events are heard by the server's sockets themselves and never reach a browser.
An event with ``closes`` ends the socket with that code after it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

REGISTRY: dict[str, type[Event]] = {}


def absent() -> Any:
    """A field that is left out of the frame when it has no value."""
    return field(default=None, metadata={"absent": True})


@dataclass(frozen=True)
class Event:
    """Base of every event. ``type`` is the name on the wire."""

    type: ClassVar[str] = ""
    inward: ClassVar[bool] = False
    closes: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        if cls.type in REGISTRY:
            raise TypeError(f"two events are called {cls.type!r}")
        REGISTRY[cls.type] = cls

    def content(self) -> dict[str, Any]:
        """What goes into ``data``."""
        return {
            name: value
            for name, absent in _fields_of(self)
            if (value := getattr(self, name)) is not None or not absent
        }


_known_fields: dict[str, tuple[tuple[str, bool], ...]] = {}


def _fields_of(event: Event) -> tuple[tuple[str, bool], ...]:
    """Names of an event's fields, and whether one is left out when it has no value."""
    known = _known_fields.get(event.type)
    if known is None:
        known = tuple((f.name, "absent" in f.metadata) for f in fields(event))
        _known_fields[event.type] = known
    return known

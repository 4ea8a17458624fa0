"""Writes to one socket that come together leave together.

While the process works off one read of the kernel (several frames of a page, many parcels from
Redis), what sockets write is held back and sent with one call each at the end of it.
"""

from __future__ import annotations

from typing import Protocol


class Corked(Protocol):
    """Something that holds writes back."""

    def flush(self) -> None:
        """Send what was held back."""


class _Cork:
    """One for the process: sockets live in the thread of its event loop."""

    held: list[Corked] | None = None

    def put_in(self) -> bool:
        """Begin to hold back; False when somebody further out does already."""
        if self.held is not None:
            return False
        self.held = []
        return True

    def pull(self) -> None:
        """Send everything."""
        held, self.held = self.held or [], None
        for one in held:
            one.flush()


cork = _Cork()

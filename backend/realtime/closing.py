"""Close codes of our sockets (screens.md §2.1)."""

from __future__ import annotations

from typing import Final

SIGNED_OUT: Final = 4401
"""No valid ticket, or the user was signed out, suspended or changed their password."""
NOT_YOURS: Final = 4403
"""The ticket is for another room, or you take no part in this one."""
NOT_THERE: Final = 4404
SILENT: Final = 4408
"""No heartbeat came, or the page does not read what it is sent."""
REPLACED: Final = 4409
"""A newer device of the same user took over."""
ENDED: Final = 4410
FLOOD: Final = 4429
"""Too many sockets, connects or frames."""
TRY_AGAIN: Final = 1013
"""Redis or the database is out of reach; the page reconnects with growing pauses."""

"""What a page hears of notices when its socket opens: how many are unread."""

from __future__ import annotations

from backend.accounts.models import User
from backend.notifications import selectors
from backend.realtime import me


@me.shows("unread")
def unread(user: User) -> int:
    """The number beside the bell."""
    return selectors.unread_of(user.pk)

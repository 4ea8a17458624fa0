"""What other apps announce and live rooms react to.

Readings tell of theirs inside a transaction that holds the locks of pots, and a stream's row
comes before those; so the room hears after the commit. The sweep is the net beneath.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from backend.accounts.announcements import AccountFrozen
from backend.core.announcements import on
from live.announcements import ReadingBegan, ReadingOver
from live.streams.services import audience, hands, streams


@on(ReadingBegan)
def tell_the_room_of_the_reading(fact: ReadingBegan) -> None:
    """A live host who took a ring is in a reading; the client's hand comes down."""
    transaction.on_commit(
        partial(audience.begin_reading, host_id=fact.reader_id, until=fact.until, at=fact.at),
        robust=True,
    )
    transaction.on_commit(
        partial(hands.answered, host_id=fact.reader_id, user_id=fact.client_id, at=fact.at),
        robust=True,
    )


@on(ReadingOver)
def look_for_the_host(fact: ReadingOver) -> None:
    """The reading is over: see whether the host is on air."""
    transaction.on_commit(
        partial(audience.look_at, host_id=fact.reader_id, at=fact.at), robust=True
    )


@on(AccountFrozen)
def end_the_stream(fact: AccountFrozen) -> None:
    """A suspended host's stream ends in the same transaction."""
    streams.end_all_of(user_id=fact.user_id, at=fact.at)

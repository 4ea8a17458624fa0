"""What other apps announce and live rooms react to.

Readings tell of theirs inside the transaction of the meter, which should wait for no stream's
row; so the room hears after the commit. The sweep is the net beneath.
"""

from __future__ import annotations

from functools import partial
from itertools import permutations

from django.db import transaction

from backend.accounts.announcements import AccountFrozen, PersonBlocked
from backend.core.announcements import on
from live.announcements import ReadingBegan, ReadingOver
from live.streams.services import audience, expulsions, hands, streams


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
    """A suspended host's stream ends in the same transaction; a viewer is dropped after it."""
    streams.end_all_of(user_id=fact.user_id, at=fact.at)
    transaction.on_commit(partial(expulsions.forget, user_id=fact.user_id, at=fact.at), robust=True)


@on(PersonBlocked)
def part_the_two(fact: PersonBlocked) -> None:
    """Whoever of the two watches the other leaves the room."""
    for host, viewer in permutations((fact.blocker_id, fact.blocked_id)):
        expulsions.part(host_id=host, user_id=viewer, at=fact.at)

"""What gifts and doors have in common: between whom money may move, and who is told."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from backend.accounts import selectors as people
from backend.accounts.models import User
from backend.ledger import flags
from backend.ledger import selectors as ledger
from backend.ledger.errors import InsufficientFunds
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.models import Stream
from live.streams import gift_errors as errors
from live.streams.addresses import room_url
from live.streams.errors import StreamNotLive


def refuse_unfit_pair(sender: User, stream: Stream) -> None:
    """Money between these two would go in a circle. The caller has locked the sender's row.

    :raises OwnStream, OnlyClientsGive, CannotGiveHere: as they say.
    :raises StreamNotLive: the host is suspended.
    :raises AccountUnderReview: staff has to look at the sender first.
    """
    if stream.host.is_frozen:
        raise StreamNotLive("This stream is over.", state=stream.state)
    if stream.host_id == sender.pk:
        raise errors.OwnStream
    if not sender.is_client:
        raise errors.OnlyClientsGive
    if people.linked(sender.pk, stream.host_id) & flags.STRONG:
        raise errors.CannotGiveHere
    people.refuse_locked_under_review(sender)


def with_way_back(refused: InsufficientFunds, stream: Stream) -> InsufficientFunds:
    """The same refusal, with a way to add money that leads back into the room."""
    back = urlencode({"next": room_url(stream.id)})
    return InsufficientFunds(
        needed_cents=refused.needed_cents,
        available_cents=refused.available_cents,
        top_up_url=f"{refused.extra['top_up_url']}?{back}",
    )


def tell_balance(client_id: UUID) -> int:
    """Tell every page of a client, and the caller, what can be spent now, in cents."""
    spendable_cents = ledger.balance_of(client_id).spendable_cents
    publish(events.BalanceUpdated(available_cents=spendable_cents), to=rooms.user(client_id))
    return spendable_cents

"""What can stand in the way of a gift. Codes are stable; nothing was written, nothing moved."""

from __future__ import annotations

from backend.core.errors import Conflict, Refused


class OwnStream(Refused):
    """Sender and host are the same person."""

    code, title = "own_stream", "This is your own stream"


class OnlyClientsGive(Refused):
    """Readers and admins send no gifts."""

    code, title = "not_a_client", "Only clients can send gifts"


class CannotGiveHere(Refused):
    """The two seem to be one person. Neither of them is told so."""

    code, title = "cannot_give_here", "You cannot send gifts to this reader"


class GiftNotOffered(Refused):
    """The gift was taken out of the catalogue."""

    code, title = "gift_not_offered", "This gift is not offered any more"


class PriceChanged(Conflict):
    """What was shown does not hold any more. ``price_cents`` and ``quote`` are what holds now."""

    code, title = "price_changed", "The price has changed"


class GiftIdReused(Conflict):
    """The gift's id stands for another gift."""

    code, title = "gift_id_reused", "This gift was sent as something else"


class GiftLimitReached(Refused):
    """The sender's own limit. ``limit_cents`` in 24 hours, of which ``left_cents`` are left."""

    code, title = "gift_limit_reached", "This is above your own limit for gifts"


class NothingToPay(Conflict):
    """The stream has no door that is paid."""

    code, title = "nothing_to_pay", "This stream costs no entrance"

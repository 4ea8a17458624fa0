"""What the ledger refuses, in the words of the domain."""

from __future__ import annotations

from backend.core.errors import Conflict, DomainError, Forbidden, Refused


class InsufficientFunds(DomainError):
    """The payer holds less than the movement needs; nothing was written."""

    code, status, title = "insufficient_funds", 402, "There is not enough money in the wallet"

    def __init__(
        self, *, needed_cents: int, available_cents: int, top_up_url: str = "/wallet/"
    ) -> None:
        super().__init__(
            needed_cents=needed_cents, available_cents=available_cents, top_up_url=top_up_url
        )
        self.needed_cents = needed_cents
        self.available_cents = available_cents


class SpendLimitReached(Refused):
    """The client's own limit: ``limit_cents`` within ``span``, of which ``left_cents`` are left."""

    code, title = "spend_limit_reached", "This is above your own limit"


class KeyReused(Conflict):
    """The key of a movement was used before, for other facts."""

    code, title = "key_reused", "This key already stands for something else"


class NeedsSecondSignature(Refused):
    """An act of this size is signed by two admins. ``limit_cents``: what one may sign alone."""

    code, title = "needs_second_signature", "A second admin has to sign this"

    def __init__(self, detail: str = "", *, limit_cents: int) -> None:
        super().__init__(detail, limit_cents=limit_cents)
        self.limit_cents = limit_cents


class SamePerson(Forbidden):
    """Approver, requester and beneficiary of an act have to be three people."""

    code, title = "same_person", "This takes different people"


class MoreThanWasPaid(Conflict):
    """Nobody gets back more than they paid. ``left_cents`` is what could still go back."""

    code, title = "more_than_was_paid", "That is more than was paid"

    def __init__(self, *, wanted_cents: int, left_cents: int) -> None:
        super().__init__(wanted_cents=wanted_cents, left_cents=left_cents)
        self.left_cents = left_cents


class BelowMinimum(Refused):
    """What is payable is less than a payout moves at least."""

    code, title = "below_minimum", "This is too little for a payout"

    def __init__(self, *, payable_cents: int, minimum_cents: int) -> None:
        super().__init__(payable_cents=payable_cents, minimum_cents=minimum_cents)
        self.payable_cents = payable_cents


class LedgerBroken(RuntimeError):
    """The ledger's own rows disagree: a bug, never a user's doing. Roll back and alert."""

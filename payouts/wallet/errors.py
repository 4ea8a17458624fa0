"""What the wallet refuses. Codes are stable; nothing was written, nothing moved."""

from __future__ import annotations

from backend.core.errors import Conflict, InvalidInput, Refused, TooMany


class ConsentNeeded(InvalidInput):
    """The client has to agree first, in so many words."""

    code, title = "consent_needed", "Agree to it first"


class TooManyNewCards(TooMany):
    """So many new cards in a day look like somebody testing them."""

    code, title = "too_many_new_cards", "Too many new cards"


class ReloadNotPossible(Refused):
    """These numbers do not make an auto-reload."""

    code, title = "reload_not_possible", "Auto-reload cannot work like this"


class CodeNotValid(Refused):
    """There is no such code, or not now. Guessers learn nothing more."""

    code, title = "code_not_valid", "This code is not valid"


class CodeUsedUp(Refused):
    """Others were faster: it has been redeemed as often as it may be."""

    code, title = "code_used_up", "This code has been used up"


class CodeRedeemedBefore(Conflict):
    """Once for each client."""

    code, title = "code_redeemed_before", "You have redeemed this code already"


class OneWithdrawalADay(Refused):
    """Money can be taken back once in 24 hours. ``next_at`` says when again."""

    code, title = "one_withdrawal_a_day", "One withdrawal a day"


class WithdrawalsHeld(Refused):
    """Their e-mail changed a moment ago. ``until`` says from when on money may go back."""

    code, title = "withdrawals_held", "Money cannot be taken back yet"


class WithdrawalKeyReused(Conflict):
    """The key stands for another withdrawal."""

    code, title = "idempotency_key_reused", "This key was used for another request"

"""What staff is refused about banks' disputes."""

from __future__ import annotations

from backend.core.errors import Conflict, IllegalMove


class AnswerOnItsWay(IllegalMove):
    """Somebody is sending the answer at this moment, or has sent it: it is sent once."""

    code, title = "answer_on_its_way", "This has been answered"


class BankStillDecides(Conflict):
    """Another dispute of this client has no end yet: their money stays stopped."""

    code, title = "bank_still_decides", "A bank has not decided yet"


class RefundOnItsWay(IllegalMove):
    """A refund of this payment has begun; until it is known how it ended, nothing else is done."""

    code, title = "refund_on_its_way", "A refund is on its way"

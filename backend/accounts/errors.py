"""What an account's standing refuses."""

from __future__ import annotations

from backend.core.errors import Refused


class AccountUnderReview(Refused):
    """Somebody of staff looks at this account first; until then none of its money moves."""

    code, title = "account_under_review", "Your account is under review"

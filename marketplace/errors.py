"""What can stand between a client and a review. Codes are stable."""

from __future__ import annotations

from backend.core.errors import Conflict


class NothingToReview(Conflict):
    """The reading is not over, or no second of it was paid."""

    code, title = "nothing_to_review", "Only a reading with paid time can be reviewed"


class AlreadyReviewed(Conflict):
    """There is one review for each reading."""

    code, title = "already_reviewed", "This reading has its review"


class ReviewClosed(Conflict):
    """The time in which a review may be written or changed is over."""

    code, title = "review_closed", "This review can no longer be changed"

"""Whether a person's money may move: put under review, and let go again.

Lighter than a freeze: the person stays signed in, sees everything, and can talk to us.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.announcements import PutUnderReview
from backend.accounts.models import User
from backend.core.announcements import announce

WHY_CHARS_MAX = 200


@transaction.atomic
def put_under_review(*, user_id: UUID, why: str, at: datetime) -> bool:
    """Stop a person's money; what they have running ends in this transaction, charged up to now.

    False when it was stopped already: then nothing changes, and the first reason stays.
    """
    in_good_standing = User.objects.filter(pk=user_id, under_review_since=None)
    is_new = (
        in_good_standing.update(under_review_since=at, under_review_why=why[:WHY_CHARS_MAX]) == 1
    )
    if is_new:
        announce(PutUnderReview(user_id=user_id, at=at))
    return is_new


@transaction.atomic
def end_review(*, user_id: UUID) -> bool:
    """Let a person's money move again; False when it could already."""
    stopped = User.objects.filter(pk=user_id, under_review_since__isnull=False)
    return stopped.update(under_review_since=None, under_review_why="") == 1

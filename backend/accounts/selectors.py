"""Questions about people."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.accounts.errors import AccountUnderReview
from backend.accounts.models import (
    Block,
    Consent,
    Erasure,
    Export,
    Report,
    ReportState,
    Role,
    Trace,
    User,
)
from backend.core.errors import NotFound

_UNDER_REVIEW: Final = (
    "Our team is looking at your account. Until that is done you cannot begin a reading, "
    "give, or withdraw. Your money stays where it is."
)


def blocked_between(a_id: UUID, b_id: UUID) -> bool:
    """Whether either of two people has blocked the other."""
    return Block.objects.filter(
        Q(blocker_id=a_id, blocked_id=b_id) | Q(blocker_id=b_id, blocked_id=a_id)
    ).exists()


def linked(a_id: UUID, b_id: UUID) -> frozenset[str]:
    """The kinds of traces (``Trace.Kind``) that two people have in common; one query.

    A device or a card says that they may be one person. An address alone says little: a
    household or a café has one for everybody. Never shown to either of them.
    """
    twin = Trace.objects.filter(user_id=b_id, kind=OuterRef("kind"), digest=OuterRef("digest"))
    common = Trace.objects.filter(Exists(twin), user_id=a_id)
    return frozenset(common.values_list("kind", flat=True).distinct())


def traces_of(user_id: UUID) -> QuerySet[Trace]:
    """What a person was seen with, the latest first; for staff, and only as hashes."""
    return Trace.objects.filter(user_id=user_id).order_by("-last_seen_at")


def reports(*, is_open: bool, before: datetime | None = None) -> QuerySet[Report]:
    """For staff: reports between people, newest first, those to decide or those decided."""
    still = Q(state=ReportState.OPEN)
    found = Report.objects.filter(still if is_open else ~still)
    if before:
        found = found.filter(at__lt=before)
    return found.select_related("reporter", "about", "decided_by").order_by("-at", "-id")


def reports_of(user_id: UUID) -> QuerySet[Report]:
    """For staff: what was reported of one person, and what they reported; newest first."""
    found = Report.objects.filter(Q(about=user_id) | Q(reporter=user_id))
    return found.select_related("reporter", "about").order_by("-at", "-id")


def reportable(by: User, user_id: UUID) -> User:
    """Somebody of whom ``by`` may tell our team.

    :raises NotFound: there is nobody like that; oneself and staff are not.
    """
    found = User.objects.filter(pk=user_id, is_active=True).exclude(role=Role.ADMIN)
    user = found.exclude(pk=by.pk).first()
    if user is None:
        raise NotFound
    return user


def refuse_under_review(user_id: UUID) -> None:
    """The one question that every way to spend or withdraw asks, afresh each time.

    :raises AccountUnderReview: staff has to look first.
    """
    if User.objects.filter(pk=user_id, under_review_since__isnull=False).exists():
        raise AccountUnderReview(_UNDER_REVIEW)


def refuse_locked_under_review(user: User) -> None:
    """The same of a row that the caller read under a lock: it stays true until they commit.

    :raises AccountUnderReview: staff has to look first.
    """
    if user.under_review_since is not None:
        raise AccountUnderReview(_UNDER_REVIEW)


def blocks_of(user: User) -> QuerySet[Block]:
    """Whom ``user`` has blocked, newest first."""
    return Block.objects.filter(blocker=user).select_related("blocked").order_by("-id")


def people(words: str = "", role: str = "") -> QuerySet[User]:
    """For staff: everybody, newest first, by part of the name or e-mail and by role."""
    found = User.objects.order_by("-id")
    if role:
        found = found.filter(role=role)
    if words:
        found = found.filter(Q(email__icontains=words) | Q(display_name__icontains=words))
    return found


def person(user_id: UUID) -> User:
    """For staff: one person.

    :raises NotFound: there is no such user.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def demo_person(role: str) -> User | None:
    """The demo's person of a role. Of the readers the last: programs play the first ones."""
    return (
        User.objects.filter(is_demo=True, role=role, is_active=True, frozen_at=None)
        .order_by("id")
        .last()
    )


def latest_export(user: User) -> Export | None:
    """The archive that ``user`` asked for last."""
    return Export.objects.filter(user=user).order_by("-id").first()


def waiting_erasure(user: User) -> Erasure | None:
    """The erasure that ``user`` asked for and can still take back."""
    return Erasure.objects.filter(user=user, state=Erasure.State.WAITING).first()


def consents_of(user: User) -> QuerySet[Consent]:
    """What ``user`` agreed to, newest first."""
    return Consent.objects.filter(user=user).order_by("-id")

"""All that staff see of one person, gathered from the apps that know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from backend.accounts import audit
from backend.accounts import selectors as accounts
from backend.accounts.models import AuditEntry, Invitation, Report, User
from backend.ledger import selectors as ledger
from backend.ledger.selectors import Balance, Earnings
from live import staff_selectors as live
from live.models import ReadingSession
from readers import selectors as readers
from readers.models import ReaderProfile, VettingStep

READINGS_SHOWN: Final = 10
ACTS_SHOWN: Final = 20
FLAGS_SHOWN: Final = 10
REPORTS_SHOWN: Final = 10


@dataclass(frozen=True)
class Point:
    """One point of the vetting list, and who confirmed it, if anybody has."""

    kind: str
    label: str
    step: VettingStep | None


@dataclass(frozen=True)
class Vetting:
    """How far a reader's vetting is; ``floor_cents`` is the least a minute may cost."""

    profile: ReaderProfile
    points: list[Point]
    floor_cents: int

    @property
    def is_complete(self) -> bool:
        return all(point.step for point in self.points)

    @property
    def may_be_shown(self) -> bool:
        return self.is_complete or self.profile.user.is_demo


@dataclass(frozen=True)
class Person:
    """``balance`` is a client's, ``earnings`` and ``vetting`` a reader's; else None."""

    user: User
    invitation: Invitation | None
    balance: Balance | None
    earnings: Earnings | None
    vetting: Vetting | None
    readings: list[ReadingSession]
    flags: list[Any]
    reports: list[Report]
    acts: list[AuditEntry]


def gather(user_id: UUID) -> Person:
    """Everything about one person.

    :raises NotFound: there is no such person.
    """
    user = accounts.person(user_id)
    return Person(
        user=user,
        invitation=Invitation.objects.filter(user=user).first(),
        balance=ledger.balance_of(user.pk) if user.is_client else None,
        earnings=ledger.earnings_of(user.pk) if user.is_reader else None,
        vetting=_vetting(user) if user.is_reader else None,
        readings=live.latest_of(user.pk, READINGS_SHOWN),
        flags=list(ledger.flags_of(user.pk)[:FLAGS_SHOWN]),
        reports=list(accounts.reports_of(user.pk)[:REPORTS_SHOWN]),
        acts=list(audit.acts_about(user)[:ACTS_SHOWN]),
    )


def _vetting(user: User) -> Vetting | None:
    profile = readers.profile_of(user.pk)
    if profile is None:
        return None
    done = {step.kind: step for step in profile.vetting.select_related("done_by")}
    points = [Point(kind, label, done.get(kind)) for kind, label in VettingStep.Kind.choices]
    return Vetting(profile, points, settings.RATE_MIN_CENTS)

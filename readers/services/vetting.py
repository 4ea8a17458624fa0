"""Before a reader's page is shown: who they are, that they are grown up, how they read.

Each point of the list is confirmed by an admin, with a note, and may be taken back. A page is
published when every point is confirmed, and hidden when one is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused
from readers.models import ReaderProfile, VettingStep

NOTE_CHARS_MAX: Final = 200


class VettingIncomplete(Refused):
    """The page cannot be shown yet; ``missing`` names the points that nobody confirmed."""

    code, title = "vetting_incomplete", "This reader's vetting is not complete"


class ConfirmedAlready(Conflict):
    """Somebody has confirmed this point."""

    code, title = "vetting_confirmed_already", "Somebody has confirmed this already"


@transaction.atomic
def confirm(*, reader_id: UUID, kind: str, note: str, by: User, at: datetime) -> VettingStep:
    """Confirm one point of the list.

    :raises Forbidden: ``by`` is no admin. :raises NotFound: no such reader.
    :raises InvalidInput: no such point, or no note that says what was seen.
    :raises ConfirmedAlready: somebody was faster.
    """
    _profile(reader_id, by)
    if kind not in VettingStep.Kind.values:
        raise InvalidInput("There is no such point on the list.")
    if not note.strip():
        raise InvalidInput("Say what you saw, in a few words.")
    said = note.strip()[:NOTE_CHARS_MAX]
    try:
        with transaction.atomic():
            step = VettingStep.objects.create(
                reader_id=reader_id, kind=kind, note=said, done_by=by, done_at=at
            )
    except IntegrityError as error:
        raise ConfirmedAlready from error
    _note(by, "reader.vet", reader_id, at, said, {"point": kind})
    return step


@transaction.atomic
def take_back(*, reader_id: UUID, kind: str, reason: str, by: User, at: datetime) -> None:
    """Take a point back; the page is hidden until it is confirmed again.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason.
    :raises NotFound: no such reader, or nobody confirmed that point.
    """
    _profile(reader_id, by)
    _demand_reason(reason)
    if VettingStep.objects.filter(reader_id=reader_id, kind=kind).delete()[0] == 0:
        raise NotFound("Nobody has confirmed this point.")
    _note(by, "reader.vetting_taken_back", reader_id, at, reason, {"point": kind})
    if not ReaderProfile.objects.get(pk=reader_id).user.is_demo:
        ReaderProfile.objects.filter(pk=reader_id).update(published_at=None)


@transaction.atomic
def publish(*, reader_id: UUID, by: User, at: datetime) -> None:
    """Show the reader's page. Again: nothing changes. The demo's readers need no vetting.

    :raises Forbidden: ``by`` is no admin. :raises NotFound: no such reader.
    :raises VettingIncomplete: points of the list are missing.
    """
    profile = _profile(reader_id, by)
    missing = missing_of(profile)
    if missing and not profile.user.is_demo:
        words = ", ".join(VettingStep.Kind(kind).label.lower() for kind in missing)
        raise VettingIncomplete(f"Still to confirm: {words}.", missing=missing)
    hidden = ReaderProfile.objects.filter(pk=reader_id, published_at=None)
    if hidden.update(published_at=at) == 1:
        _note(by, "reader.publish", reader_id, at, "", {})


@transaction.atomic
def hide(*, reader_id: UUID, reason: str, by: User, at: datetime) -> None:
    """Suspend a reader: their page is not shown and nobody can ring. What runs goes on.

    :raises Forbidden: ``by`` is no admin. :raises NotFound: no such reader.
    :raises InvalidInput: no reason.
    """
    _profile(reader_id, by)
    _demand_reason(reason)
    shown = ReaderProfile.objects.filter(pk=reader_id, published_at__isnull=False)
    if shown.update(published_at=None) == 1:
        _note(by, "reader.hide", reader_id, at, reason, {})


def missing_of(profile: ReaderProfile) -> list[str]:
    """The points of the list that nobody has confirmed, in its order."""
    done = set(profile.vetting.values_list("kind", flat=True))
    return [kind for kind in VettingStep.Kind.values if kind not in done]


def _profile(reader_id: UUID, by: User) -> ReaderProfile:
    if not by.is_admin:
        raise Forbidden("Only admins decide who may read.")
    rows = ReaderProfile.objects.select_for_update(of=("self",)).select_related("user")
    profile = rows.filter(pk=reader_id).first()
    if profile is None:
        raise NotFound("There is no such reader.")
    return profile


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput("Say why, in a few words.")


def _note(
    by: User, act: str, reader_id: UUID, at: datetime, reason: str, facts: Mapping[str, str]
) -> None:
    audit_log.record(
        actor=by, act=act, about=f"user:{reader_id}", at=at, reason=reason, facts=facts
    )

"""Questions about cases, and the one gate for who may see which."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.core.errors import NotFound
from payouts.dispute_states import UNDECIDED, DisputeState, SignatureState
from payouts.models import Decision, Dispute, SignatureRequest

CURRENCY: Final = settings.CURRENCY


def of_user(user: User) -> QuerySet[Dispute]:
    """The cases that ``user`` is a side of, newest first."""
    mine = Dispute.objects.filter(Q(client=user) | Q(reader=user))
    return mine.select_related("client", "reader").order_by("-id")


def one_of(user: User, dispute_id: UUID) -> Dispute:
    """One case, for its two sides only.

    :raises NotFound: there is none, or ``user`` may not know of it.
    """
    found = of_user(user).filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def about_session(user: User, session_id: UUID) -> Dispute | None:
    """The case about one reading, if there is one and ``user`` is a side of it."""
    return of_user(user).filter(session_id=session_id).first()


def may_add(dispute: Dispute) -> bool:
    """Whether its sides may still say something."""
    return dispute.state in UNDECIDED


def may_appeal(dispute: Dispute, *, now: datetime) -> bool:
    """Whether its sides may ask for a second look."""
    until = dispute.appeal_until
    return dispute.state == DisputeState.DECIDED and until is not None and now <= until


def waiting_for_answer(user: User) -> QuerySet[Dispute]:
    """The cases of ``user`` that staff has to decide, newest first."""
    return of_user(user).filter(state__in=[state.value for state in UNDECIDED])


def one_for_staff(dispute_id: UUID) -> Dispute:
    """Any case, with its people.

    :raises NotFound: there is none.
    """
    found = Dispute.objects.select_related("client", "reader").filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def queue(state: str, after: UUID | None = None) -> QuerySet[Dispute]:
    """For staff: cases in ``state``, in the order of their ids, those after one of them.

    What has to be decided comes oldest first, what is decided newest first.
    """
    found = Dispute.objects.filter(state=state).select_related("client", "reader")
    if state in UNDECIDED:
        return (found.filter(pk__gt=after) if after else found).order_by("id")
    return (found.filter(pk__lt=after) if after else found).order_by("-id")


def overdue(at: datetime) -> QuerySet[Dispute]:
    """Cases that we promised to have answered by now, the longest waiting first."""
    waiting = [state.value for state in UNDECIDED]
    return Dispute.objects.filter(state__in=waiting, due_at__lt=at).order_by("due_at", "id")


def open_abouts() -> QuerySet[Dispute, str]:
    """What is not closed yet is about these (``session:…``): nothing of them may be forgotten."""
    still = Dispute.objects.exclude(state=DisputeState.CLOSED)
    return still.values_list("about", flat=True)


def decisions_of(dispute: Dispute) -> list[Decision]:
    """The decisions of a case, the first one first, with who took them."""
    return list(dispute.decisions.select_related("decided_by", "second_by"))


def waiting_signature(dispute_id: UUID) -> SignatureRequest | None:
    """The decision of this case that waits for a second admin, if any."""
    waiting = SignatureRequest.objects.filter(dispute=dispute_id, state=SignatureState.WAITING)
    return waiting.select_related("requested_by").first()

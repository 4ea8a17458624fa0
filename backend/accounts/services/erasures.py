"""Forget a person: asked, waited for, carried out by a job.

The row of the person stays, and so does the ledger, which nothing can change: it keeps amounts
under an id that no longer leads to anybody (ADR 0014). What each app does to its own rows stands
in its ``privacy.py``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction

from backend.accounts import mails
from backend.accounts.announcements import ErasureAsked, ErasureHeldUp
from backend.accounts.models import Erasure, User
from backend.accounts.services import audit_log, sessions
from backend.core import privacy
from backend.core.announcements import announce
from backend.core.errors import Conflict, Forbidden, IllegalMove, InvalidInput

log = structlog.get_logger(__name__)

WAIT: Final = timedelta(days=7)
TRY_AGAIN: Final = timedelta(days=1)
BATCH_MAX: Final = 100
_S = Erasure.State


class ErasureObjected(Conflict):
    """Something is open that has to be settled first; ``errors`` says what, and where."""

    code, title = "erasure_objected", "Something has to be settled first"


class NotConfirmed(InvalidInput):
    """The typed e-mail is not the one of this account."""

    code, title = "erasure_not_confirmed", "Type the e-mail of this account"


@transaction.atomic
def ask(*, user: User, typed: str, at: datetime) -> Erasure:
    """Ask to be forgotten in seven days. Asking again returns the erasure that waits.

    :raises Forbidden: an admin's account, which another admin ends.
    :raises NotConfirmed: ``typed`` is not the e-mail of the account.
    :raises ErasureObjected: a reading runs, money is there, or a case is open.
    """
    if user.is_admin:
        raise Forbidden("An admin's account is ended by another admin.")
    if typed.strip().lower() != user.email.lower():
        raise NotConfirmed
    _demand_none_objects(user.pk)
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(user=user, asked_at=at, due_at=at + WAIT)
    except IntegrityError:
        return Erasure.objects.get(user=user, state=_S.WAITING)
    audit_log.record(actor=user, act="erasure.ask", about=f"user:{user.pk}", at=at)
    announce(ErasureAsked(user_id=user.pk, at=at, due_at=erasure.due_at))
    return erasure


@transaction.atomic
def take_back(*, user: User, at: datetime) -> None:
    """Stay after all.

    :raises IllegalMove: no erasure waits.
    """
    waiting = Erasure.objects.filter(user=user, state=_S.WAITING)
    if waiting.update(state=_S.TAKEN_BACK, settled_at=at) != 1:
        raise IllegalMove("There is nothing to take back.")
    audit_log.record(actor=user, act="erasure.take_back", about=f"user:{user.pk}", at=at)


def carry_out_due(*, at: datetime) -> int:
    """Forget everybody whose waiting time is over; how many went.

    One that cannot go, or fails, does not hold up the others.
    """
    due = Erasure.objects.filter(state=_S.WAITING, due_at__lte=at).order_by("due_at")
    return sum(_carry_out(pk, at) for pk in due.values_list("pk", flat=True)[:BATCH_MAX])


def _carry_out(pk: UUID, at: datetime) -> bool:
    try:
        with transaction.atomic():
            waiting = Erasure.objects.select_for_update(skip_locked=True, of=["self"])
            erasure = waiting.filter(pk=pk, state=_S.WAITING, due_at__lte=at).first()
            return erasure is not None and _forget(erasure, at)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("erasure_failed", erasure_id=str(pk))
        return False


def _forget(erasure: Erasure, at: datetime) -> bool:
    user = User.objects.select_for_update().get(pk=erasure.user_id)
    found = privacy.objections(user.pk)
    if found:
        erasure.due_at, erasure.held_up_by = at + TRY_AGAIN, found[0].code
        erasure.save(update_fields=["due_at", "held_up_by"])
        announce(ErasureHeldUp(user_id=user.pk, at=at, words=found[0].words, url=found[0].url))
        return False
    address = user.email
    sessions.revoke_all(user_id=user.pk)
    changed = {slug: eraser(user_id=user.pk, at=at) for slug, eraser in privacy.erasers().items()}
    erasure.state, erasure.settled_at, erasure.held_up_by = _S.DONE, at, ""
    erasure.save(update_fields=["state", "settled_at", "held_up_by"])
    audit_log.record(
        actor=None, act="erasure.done", about=f"user:{user.pk}", at=at, facts={**changed}
    )
    transaction.on_commit(lambda: _say_goodbye(address), robust=True)
    return True


def _demand_none_objects(user_id: UUID) -> None:
    found = privacy.objections(user_id)
    if found:
        errors = [{"field": "", "code": o.code, "detail": o.words, "url": o.url} for o in found]
        raise ErasureObjected(found[0].words, errors=errors)


def _say_goodbye(address: str) -> None:
    try:
        mails.send("erased", to=address, context={})
    except OSError:
        log.exception("goodbye_not_mailed")

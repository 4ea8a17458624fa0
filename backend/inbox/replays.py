"""Events worked once more because somebody of staff asked for it. Handlers converge, so an
event that was done does no harm twice; who asked is kept all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import Conflict, InvalidInput
from backend.core.jobs import enqueue
from backend.inbox import selectors
from backend.inbox.models import ExternalEvent

AT_ONCE_MAX: Final = 200
_State = ExternalEvent.State
IN_BULK: Final = (_State.DEAD, _State.IGNORED)


@transaction.atomic
def replay(*, event_id: UUID, by: User, at: datetime) -> None:
    """Let one settled event be tried again from the start.

    One conditional UPDATE decides, so of two who ask at once one is told.
    :raises NotFound: there is no such event.
    :raises Conflict: it waits for its next try already.
    """
    was = selectors.event(event_id)
    settled = ExternalEvent.objects.filter(id=event_id).exclude(state=_State.WAITING)
    if settled.update(**_afresh(at)) != 1:
        raise Conflict("This event waits for its next try already.")
    audit_log.record(
        actor=by,
        act="event.replay",
        about=f"event:{event_id}",
        at=at,
        facts={"type": was.type, "was": was.state, "external_id": was.external_id},
    )
    enqueue("backend.inbox.tasks.work_one", event_id=str(event_id))


@transaction.atomic
def replay_many(*, state: str, type: str = "", by: User, at: datetime) -> int:  # noqa: A002
    """Let the oldest dead letters, or ignored events, be tried again, at most 200; how many.

    :raises InvalidInput: events in that state are tried again one by one only.
    """
    if state not in IN_BULK:
        raise InvalidInput("Only dead letters and ignored events are tried again together.")
    found = ExternalEvent.objects.filter(state=state)
    if type:
        found = found.filter(type=type)
    oldest = found.order_by("received_at").select_for_update(skip_locked=True)
    ids = list(oldest.values_list("id", flat=True)[:AT_ONCE_MAX])
    if not ids:
        return 0
    count = ExternalEvent.objects.filter(id__in=ids, state=state).update(**_afresh(at))
    audit_log.record(
        actor=by,
        act="event.replay_many",
        about=f"events:{state}",
        at=at,
        facts={"count": count, "type": type},
    )
    enqueue("backend.inbox.tasks.work_through")
    return count


def _afresh(at: datetime) -> dict[str, object]:
    return {"state": _State.WAITING, "attempts": 0, "due_at": at, "settled_at": None}

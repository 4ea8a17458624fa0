"""Events come in once, are worked through one by one, and are given up only visibly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NotRequired, TypedDict, Unpack
from uuid import UUID

import structlog
from django.db import transaction

from backend.core.errors import Conflict
from backend.core.jobs import enqueue
from backend.inbox import registry
from backend.inbox.models import ExternalEvent

ATTEMPTS_MAX: Final = 12
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
SWEEP_EVENTS_MAX: Final = 200
NOTE_CHARS_MAX: Final = 500

log = structlog.get_logger(__name__)
_State = ExternalEvent.State


class Incoming(TypedDict):
    """What the other system said. ``account``: whose it is, if not our own."""

    source: str
    external_id: str
    type: str
    object_id: str
    livemode: bool
    payload: dict[str, object]
    account: NotRequired[str]


def receive(*, at: datetime, **incoming: Unpack[Incoming]) -> bool:
    """Store an event, once for each ``(source, external_id)``; say whether it is new.

    Stored is enough to thank the sender: a job works it, and the sweep finds it if not.
    """
    source, external_id = incoming["source"], incoming["external_id"]
    event, is_new = ExternalEvent.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={**incoming, "received_at": at, "due_at": at},
    )
    if is_new:
        enqueue("backend.inbox.tasks.work_one", event_id=str(event.pk))
    return is_new


def work(event_id: UUID, *, at: datetime) -> ExternalEvent.State | None:
    """Try one waiting event; its new state, or None when somebody else has it.

    What the handler wrote is rolled back when it fails, and the event waits for its next
    try, each time longer, until it is a dead letter.
    """
    event = ExternalEvent.objects.filter(id=event_id, state=_State.WAITING).first()
    if event is None:
        return None
    handling = registry.handling_of(event)
    fetched, failure = _fetch(handling, event)
    with transaction.atomic():
        waiting = ExternalEvent.objects.select_for_update(skip_locked=True)
        event = waiting.filter(id=event_id, state=_State.WAITING).first()
        if event is None:
            return None
        event.fetched = fetched
        _try(event, handling, failure, at)
        event.save()
    return _State(event.state)


def work_due(*, at: datetime) -> int:
    """Try every event that is due, oldest first, at most 200; how many were tried."""
    due = ExternalEvent.objects.filter(state=_State.WAITING, due_at__lte=at).order_by("due_at")
    ids = list(due.values_list("id", flat=True)[:SWEEP_EVENTS_MAX])
    return sum(work(event_id, at=at) is not None for event_id in ids)


def revive(event_id: UUID, *, at: datetime) -> None:
    """Let a dead letter be tried again from the start.

    :raises Conflict: it is not a dead letter.
    """
    dead = ExternalEvent.objects.filter(id=event_id, state=_State.DEAD)
    if dead.update(state=_State.WAITING, attempts=0, due_at=at, settled_at=None) != 1:
        raise Conflict("Only a dead letter can be tried again.")
    enqueue("backend.inbox.tasks.work_one", event_id=str(event_id))


def _fetch(
    handling: registry.Handling | None, event: ExternalEvent
) -> tuple[object, Exception | None]:
    if handling is None or handling.fetch is None:
        return None, None
    try:
        return handling.fetch(event), None
    except Exception as failure:  # noqa: BLE001  (any failure means: try again later)
        return None, failure


def _try(
    event: ExternalEvent,
    handling: registry.Handling | None,
    failure: Exception | None,
    at: datetime,
) -> None:
    if handling is None:
        return _settle(event, _State.IGNORED, at, note="nobody handles this type")
    try:
        if failure is not None:
            raise failure
        with transaction.atomic():
            handling.handler(event, at=at)
    except registry.NotForUs as why:
        return _settle(event, _State.IGNORED, at, note=str(why))
    except Exception as why:  # noqa: BLE001  (rolled back, noted, tried again)
        return _postpone(event, why, at)
    return _settle(event, _State.DONE, at)


def _settle(event: ExternalEvent, state: str, at: datetime, *, note: str = "") -> None:
    event.state, event.settled_at, event.note = state, at, note[:NOTE_CHARS_MAX]
    event.attempts += 1


def _postpone(event: ExternalEvent, why: Exception, at: datetime) -> None:
    note = f"{type(why).__name__}: {why}"
    log.warning("external_event_failed", external_event=event.external_id, why=note, exc_info=why)
    if event.attempts + 1 >= ATTEMPTS_MAX:
        log.error("external_event_given_up", external_event=event.external_id)
        return _settle(event, _State.DEAD, at, note=note)
    event.due_at = at + min(LONGEST_WAIT, FIRST_WAIT * 2**event.attempts)
    event.attempts += 1
    event.note = note[:NOTE_CHARS_MAX]
    return None

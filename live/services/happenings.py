"""Keep what happens in readings: in sets beside the moves, one by one for the sockets.

Nothing here is written per beat or by a tick that only charges.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from live.chronicle import Fact, Happened, Happening, told_by
from live.facts import Decision
from live.models import SessionEvent
from live.states import Peer, What

EVENTS_MAX: Final = 1_000  # of one reading, by its pages; what moves the clock is always kept


def keep_of(decisions: Iterable[Decision], at: datetime) -> None:
    """Keep what these decisions tell, with one statement, or none when they tell nothing."""
    told = [
        happening
        for decision in decisions
        if decision.moved
        or decision.warning
        or decision.unbilled_s
        or decision.event.what is not What.DUE
        for happening in told_by(decision, at)
    ]
    if told:
        SessionEvent.objects.bulk_create([_row(happening) for happening in told])


def put_aside(*, session_id: UUID, at: datetime) -> None:
    """The meter of a reading could not be settled and stands."""
    _row(Happening(session_id, at, "", Happened.PUT_ASIDE, {})).save(force_insert=True)


def socket_opened(*, session_id: UUID, peer: Peer, at: datetime) -> bool:
    """A page of ``peer`` is in the room; False when enough was kept of this reading."""
    return _keep(Happening(session_id, at, peer.value, Happened.SOCKET_OPENED, {}))


def socket_closed(*, session_id: UUID, peer: Peer, code: int, at: datetime) -> bool:
    """A page of ``peer`` is gone; ``code``: why we closed it, 0 when it went by itself."""
    return _keep(Happening(session_id, at, peer.value, Happened.SOCKET_CLOSED, {"code": code}))


def media_changed(
    *,
    session_id: UUID,
    peer: Peer,
    up: bool,
    devices: tuple[bool, bool] | None,
    at: datetime,
) -> bool:
    """The page of ``peer`` says that its media flow or not, or switched a device.

    ``devices``: whether microphone and camera are on, None until the page said so.
    """
    microphone, camera = devices or (None, None)
    facts: dict[str, Fact] = {"up": up, "microphone": microphone, "camera": camera}
    return _keep(Happening(session_id, at, peer.value, Happened.MEDIA, facts))


def _keep(happening: Happening) -> bool:
    if SessionEvent.objects.filter(session_id=happening.session_id).count() >= EVENTS_MAX:
        return False
    _row(happening).save(force_insert=True)
    return True


def _row(happening: Happening) -> SessionEvent:
    return SessionEvent(**happening._asdict())

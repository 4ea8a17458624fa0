"""What happens in a reading that neither its row nor its stretches remember. Pure.

The row keeps the request, the answer, the start and the end; stretches keep when both were
connected; the ledger keeps each charge. All else that a dispute may turn on is told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models

from live.facts import Decision, known
from live.states import Peer, Reason, State

Fact = str | int | bool | None


class Happened(models.TextChoices):
    """What a page did, or what was decided about the meter."""

    SOCKET_OPENED = "socket_opened", "The page came into the room"
    SOCKET_CLOSED = "socket_closed", "The page left the room"
    MEDIA = "media", "Sound or picture changed"
    PAUSED = "paused", "The clock stopped"
    RESUMED = "resumed", "The clock went on"
    WARNED = "warned", "Both were told that time runs short"
    CAP_RAISED = "cap_raised", "The spend cap was raised"
    PAYING = "paying", "A payment page was opened"
    GIVEN_AWAY = "given_away", "Seconds were given away"
    PUT_ASIDE = "put_aside", "The meter could not be settled"


class Happening(NamedTuple):
    """One thing that happened; ``side`` is whose doing it was, empty for nobody's."""

    session_id: UUID
    at: datetime
    side: str
    kind: Happened
    facts: dict[str, Fact]


_SIDES = {
    Reason.CLIENT_AWAY: Peer.CLIENT.value,
    Reason.READER_AWAY: Peer.READER.value,
    Reason.READER_SILENT: Peer.READER.value,
}


def told_by(decision: Decision, at: datetime) -> Iterator[Happening]:
    """What is worth keeping of one decision; nothing of a tick that only charges."""
    before, after = decision.before, decision.after
    if decision.moved:
        yield from _stops_and_starts(decision, at)
    if decision.warning:
        left, why = decision.warning
        yield Happening(after.id, at, "", Happened.WARNED, {"seconds_left": left, "why": why})
    if decision.unbilled_s:
        yield Happening(after.id, at, "", Happened.GIVEN_AWAY, {"seconds": decision.unbilled_s})
    if after.cap_cents != before.cap_cents:
        caps: dict[str, Fact] = {"from_cents": before.cap_cents, "to_cents": after.cap_cents}
        yield Happening(after.id, at, Peer.CLIENT.value, Happened.CAP_RAISED, caps)
    if after.checkout_until and after.checkout_until != before.checkout_until:
        until: dict[str, Fact] = {"until": after.checkout_until.isoformat()}
        yield Happening(after.id, at, Peer.CLIENT.value, Happened.PAYING, until)


def _stops_and_starts(decision: Decision, at: datetime) -> Iterator[Happening]:
    before, after = decision.before, decision.after
    if after.state == State.PAUSED and (before.pause, before.reason) != (after.pause, after.reason):
        # The clock stopped at the last proven instant; it was noticed later.
        stopped = before.state == State.ACTIVE
        yield _paused(decision, after.reason, known(after.paused_from) if stopped else at, at)
    if after.state != State.ACTIVE or before.state not in (State.ACTIVE, State.PAUSED):
        return
    if before.state == State.ACTIVE and decision.stretches:
        yield _paused(decision, _who_dropped(decision), decision.stretches[0].ended_at, at)
    if before.state == State.PAUSED or decision.stretches:
        opened = known(after.segment_opened_at)
        yield Happening(after.id, opened, "", Happened.RESUMED, {"noticed_at": at.isoformat()})


def _paused(decision: Decision, reason: str, since: datetime, at: datetime) -> Happening:
    row = decision.after
    facts: dict[str, Fact] = {
        "pause": row.pause or "media",
        "reason": reason,
        "noticed_at": at.isoformat(),
        "deadline_at": row.deadline_at.isoformat() if row.deadline_at else None,
    }
    if decision.event.why:
        facts["why"] = decision.event.why
    return Happening(row.id, since, _SIDES.get(Reason(reason), ""), Happened.PAUSED, facts)


def _who_dropped(decision: Decision) -> Reason:
    """Of a gap that was over when it was noticed, only the counts of drops remember whose."""
    client = decision.after.client_drops > decision.before.client_drops
    reader = decision.after.reader_drops > decision.before.reader_drops
    if client and reader:
        return Reason.BOTH_AWAY
    return Reason.CLIENT_AWAY if client else Reason.READER_AWAY

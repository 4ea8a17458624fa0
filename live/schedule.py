"""When a reading must be looked at next, and when its people are warned (R6, R9, R13). Pure."""

from __future__ import annotations

from datetime import datetime

from live import metering
from live.facts import SECOND, Draft, TimeShort, known
from live.states import Pause, State

RECHECK_S = 10  # the net beneath a lost top-up notice while paused for funds


def next_due_at(draft: Draft) -> datetime | None:
    """The next instant at which something must be decided; None when the reading is over."""
    row, at = draft.row, draft.facts.at
    if row.state == State.ACTIVE:
        return max(_due_while_active(draft), at + SECOND)
    if row.state == State.PAUSED and row.pause != Pause.MEDIA:
        recheck = at + RECHECK_S * SECOND
        return min(recheck, row.deadline_at) if row.deadline_at else recheck
    return row.deadline_at


def warn(draft: Draft) -> TimeShort | None:
    """The warning that is due and not given yet; arms itself again when time was added."""
    row = draft.row
    left = metering.limit_s(draft) - row.billable_s
    why = metering.binding(draft)
    reached = min((mark for mark in _marks(draft, why) if left <= mark), default=None)
    given, row.warned_s = row.warned_s, reached
    if reached is None or (given is not None and given <= reached):
        return None
    return TimeShort(left, why)


def _due_while_active(draft: Draft) -> datetime:
    """The next billed minute, the end of the money, a warning, or a chat reader's silence."""
    row, rules = draft.row, draft.rules
    done, limit = row.billable_s, metering.limit_s(draft)
    boundary = (done // rules.step_s + 1) * rules.step_s - done + rules.heartbeat_s
    # Settle before the quota is used up: what is proven beyond it would be given away.
    quota = max(rules.quota_s - 2 * rules.heartbeat_s, rules.heartbeat_s)
    ahead = min(boundary, quota, max(limit - done, 0))
    for mark in _marks(draft, metering.binding(draft)):
        if limit - mark > done:
            ahead = min(ahead, limit - mark - done)
    due = known(row.segment_start) + ahead * SECOND
    silent = metering.silent_at(draft)
    return due if silent is None else min(due, silent)


def _marks(draft: Draft, why: str) -> tuple[int, ...]:
    marks = draft.rules.warn_s
    return (draft.rules.max_warn_s, *marks) if why == "max" else marks

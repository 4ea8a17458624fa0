"""Rows of readings as plain values, for the tests of pure rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from live.facts import Event, Facts, Purse, Reading, Rules, Sight
from live.states import Pause, Reason, State, What
from tests.conftest import NOON
from tests.live.stage import seconds

RULES = Rules()
SESSION, CLIENT, READER = UUID(int=1), UUID(int=2), UUID(int=3)
HOLD = 798  # two minutes at 399

_OF_STATE: dict[str, dict[str, Any]] = {
    State.REQUESTED: {"deadline_at": NOON + seconds(45), "next_due_at": NOON + seconds(45)},
    State.CONNECTING: {
        "deadline_at": NOON + seconds(60),
        "next_due_at": NOON + seconds(60),
        "accepted_at": NOON,
    },
    State.ACTIVE: {
        "segment_start": NOON,
        "segment_opened_at": NOON,
        "client_seen_at": NOON,
        "reader_seen_at": NOON,
        "started_at": NOON,
        "next_due_at": NOON + seconds(65),
    },
    State.PAUSED: {
        "pause": Pause.MEDIA,
        "reason": Reason.CLIENT_AWAY,
        "paused_from": NOON,
        "deadline_at": NOON + seconds(45),
        "next_due_at": NOON + seconds(45),
        "started_at": NOON,
    },
}
_ENDED: dict[str, Any] = {"ended_at": NOON, "released_cents": HOLD}


def reading(state: str = State.ACTIVE, **changes: Any) -> Reading:
    """A reading at 3.99 a minute with a hold of two minutes, in ``state`` since noon."""
    fields: dict[str, Any] = dict.fromkeys(Reading.__slots__)
    for name, kind in Reading.__annotations__.items():
        if kind == "int":
            fields[name] = 0
    fields |= {
        "id": SESSION,
        "client_id": CLIENT,
        "reader_id": READER,
        "kind": "voice",
        "state": state,
        "pause": "",
        "reason": "",
        "version": 1,
        "rate_per_minute_cents": 399,
        "increment_s": 1,
        "split_bps": 7_000,
        "held_cash_cents": HOLD,
        "holds": 1,
        "funded_s": 1_000,
    }
    return Reading(**{**fields, **_OF_STATE.get(state, _ENDED), **changes})


def facts(
    row: Reading,
    what: What = What.DUE,
    *,
    at: datetime,
    client: float | None = None,
    reader: float | None = None,
    purse: int = 5_000,
    **more: Any,
) -> Facts:
    """What is known at ``at``; ``client`` and ``reader`` are beats in seconds since noon."""
    sight = Sight(
        client_at=None if client is None else NOON + seconds(client),
        reader_at=None if reader is None else NOON + seconds(reader),
        gap_from=more.pop("gap_from", None),
    )
    event = Event(
        what, more.pop("peer", None), more.pop("cap_cents", None), more.pop("until", None)
    )
    return Facts(row, event, sight, Purse(0, purse), at, **more)

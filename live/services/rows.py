"""Reading and writing whole sets of session rows: the SQL under ``turns`` and nothing else.

One statement locks a set, one writes it. Values travel as PostgreSQL array literals, because
making them ourselves costs a tenth of what adapting each value does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connection

from live.facts import COLUMNS, Decision, Reading, Stretch
from live.states import LIVE, What

# What a tick changes; a reading that moved writes all that may ever change.
_TICK: Final = {
    "version": "int",
    "billable_s": "int",
    "funded_s": "bigint",
    "unbilled_s": "int",
    "captured_promo_cents": "bigint",
    "captured_cash_cents": "bigint",
    "held_promo_cents": "bigint",
    "held_cash_cents": "bigint",
    "reader_total_cents": "bigint",
    "holds": "smallint",
    "segment_start": "timestamptz",
    "client_seen_at": "timestamptz",
    "reader_seen_at": "timestamptz",
    "warned_s": "int",
    "next_due_at": "timestamptz",
}
_MOVE: Final = _TICK | {
    "state": "text",
    "pause": "text",
    "reason": "text",
    "cap_cents": "bigint",
    "released_cents": "bigint",
    "segments": "smallint",
    "funds_pauses": "smallint",
    "client_drops": "smallint",
    "reader_drops": "smallint",
    "segment_opened_at": "timestamptz",
    "segment_opened_s": "int",
    "paused_s": "int",
    "paused_from": "timestamptz",
    "deadline_at": "timestamptz",
    "checkout_until": "timestamptz",
    "reader_spoke_at": "timestamptz",
    "accepted_at": "timestamptz",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
}
_WHOLE: Final = frozenset({"int", "bigint", "smallint"})
_LIVE: Final = ", ".join(f"'{state.value}'" for state in LIVE)
_SELECT: Final = f"""
SELECT {", ".join(f"s.{column}" for column in COLUMNS)},
       c.frozen_at IS NOT NULL OR c.under_review_since IS NOT NULL OR NOT c.is_active
       OR r.frozen_at IS NOT NULL OR NOT r.is_active
FROM live_readingsession s
JOIN accounts_user c ON c.id = s.client_id
JOIN accounts_user r ON r.id = s.reader_id
"""  # noqa: S608  (column names of our own)
_QUARANTINE: Final = f"""
UPDATE live_readingsession
SET quarantined_at = %s, next_due_at = %s, version = version + 1,
    paused_from = coalesce(segment_start, paused_from),
    pause = CASE state WHEN 'active' THEN 'media' ELSE pause END,
    deadline_at = CASE state WHEN 'active' THEN %s ELSE deadline_at END,
    state = CASE state WHEN 'active' THEN 'paused' ELSE state END,
    segment_start = NULL, segment_opened_at = NULL
WHERE id = %s AND state IN ({_LIVE})
"""  # noqa: S608  (words of our own)
Locked = list[tuple[Reading, bool]]


def lock_due(at: datetime, limit: int) -> Locked:
    """Lock up to ``limit`` live sessions that are due at ``at`` and that nobody else holds."""
    where = f"WHERE s.state IN ({_LIVE}) AND s.next_due_at <= %s ORDER BY s.next_due_at LIMIT %s"
    return _lock(where, [at, limit], skip_locked=True)


def lock_orphans(untouched_since: datetime, limit: int) -> Locked:
    """Lock live sessions that nothing has touched since then."""
    where = (
        f"WHERE s.state IN ({_LIVE}) AND s.touched_at < %s "
        "AND (s.quarantined_at IS NULL OR s.quarantined_at < %s) LIMIT %s"
    )
    return _lock(where, [untouched_since, untouched_since, limit], skip_locked=True)


def lock(session_ids: Sequence[UUID], *, skip_locked: bool = False) -> Locked:
    """Lock these sessions, waiting for whoever holds them unless ``skip_locked``."""
    where = "WHERE s.id = ANY(%s) ORDER BY s.id"
    return _lock(where, [list(session_ids)], skip_locked=skip_locked)


def write(decisions: Iterable[Decision], at: datetime) -> None:
    """Write what was decided: one statement for ticks, one for moves."""
    ticks: list[Reading] = []
    moves: list[Reading] = []
    for decision in decisions:
        if decision.changed:
            plain = decision.event.what is What.DUE and not decision.moved
            (ticks if plain else moves).append(decision.after)
    _update(ticks, _TICK, at)
    _update(moves, _MOVE, at)


def add_stretches(stretches: Sequence[tuple[UUID, UUID, Stretch]]) -> None:
    """Insert closed segments: ``(own id, session id, stretch)`` each."""
    if not stretches:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_segment (id, session_id, n, started_at, ended_at, billed_s) "
            "SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::timestamptz[], "
            "%s::timestamptz[], %s::int[])",
            [
                _array([own for own, _, _ in stretches]),
                _array([session for _, session, _ in stretches]),
                *(_array(column) for column in zip(*(s for _, _, s in stretches), strict=True)),
            ],
        )


def note_missing(session_id: UUID, missing: str) -> None:
    """Keep who did not come when a reading could not connect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE live_readingsession SET missing = %s WHERE id = %s", [missing, session_id]
        )


def quarantine(session_id: UUID, at: datetime, until: datetime) -> None:
    """Put one live reading aside until ``until``: its meter stops, nothing is posted."""
    with connection.cursor() as cursor:
        cursor.execute(_QUARANTINE, [at, until, until, session_id])


def _lock(where: str, params: list[Any], *, skip_locked: bool) -> Locked:
    tail = " FOR UPDATE OF s" + (" SKIP LOCKED" if skip_locked else "")
    connection.ensure_connection()
    # Binary answers are read in C; the text ones of Django's own cursor are the slower half.
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.execute(_SELECT + where + tail, params, binary=True)
        return [(Reading(*row[:-1]), row[-1]) for row in cursor.fetchall()]


def _update(rows: list[Reading], columns: dict[str, str], at: datetime) -> None:
    if not rows:
        return
    arrays = ["{" + ",".join([row.id.hex for row in rows]) + "}"]
    for column, kind in columns.items():
        values = list(map(attrgetter(column), rows))
        arrays.append(_numbers(values) if kind in _WHOLE else _array(values))
    with connection.cursor() as cursor:
        cursor.execute(_UPDATES[len(columns)], [at, *arrays])


def _update_sql(columns: dict[str, str]) -> str:
    sets = ", ".join(f"{column} = v.{column}" for column in columns)
    casts = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    names = ", ".join(columns)
    return (
        f"UPDATE live_readingsession s SET touched_at = %s, {sets} "  # noqa: S608
        f"FROM unnest(%s::uuid[], {casts}) AS v(id, {names}) WHERE s.id = v.id"
    )


_UPDATES: Final = {len(columns): _update_sql(columns) for columns in (_TICK, _MOVE)}


def _numbers(values: list[int | None]) -> str:
    text = ",".join(map(str, values))
    return "{" + (text.replace("None", "NULL") if None in values else text) + "}"


def _array(values: Sequence[Any]) -> str:
    """A PostgreSQL array literal of numbers, ids, instants or plain words."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) or '""'

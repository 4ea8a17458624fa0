"""The sandbox's own database: one SQLite file, objects kept as the JSON that Stripe would show.

Kinds and field names are written into the SQL (they are words of ours, never a caller's), so that
the partial indexes below serve the filters of the lists.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Body = dict[str, Any]
Condition = tuple[str, list[Any]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL, account TEXT);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS answer (
    scope TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL,
    status INTEGER, body TEXT, PRIMARY KEY (scope, key));
CREATE INDEX IF NOT EXISTS answer_at ON answer (at);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE INDEX IF NOT EXISTS delivery_event ON delivery (event);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS purse (
    account TEXT NOT NULL, currency TEXT NOT NULL, ready INTEGER NOT NULL,
    PRIMARY KEY (account, currency));
CREATE TABLE IF NOT EXISTS settling (
    due INTEGER NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, net INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS settling_due ON settling (due);
CREATE TABLE IF NOT EXISTS agenda (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, act TEXT NOT NULL,
    object TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS agenda_at ON agenda (at);
"""
_FILTERED = {
    "balance_transaction": ("source",),
    "charge": ("payment_intent", "customer"),
    "checkout.session": ("payment_intent", "setup_intent"),
    "dispute": ("charge",),
    "event": ("type",),
    "payment_method": ("customer",),
    "refund": ("charge", "payment_intent"),
    "transfer": ("transfer_group", "destination"),
    "transfer_reversal": ("transfer",),
}
_EMPTIED = ("object", "answer", "delivery", "purse", "settling", "agenda")


@dataclass(frozen=True)
class Page:
    """Which rows of a kind: equal top-level fields, more conditions, cursors, how many.

    ``after`` and ``before`` are places (see ``Store.place``); ``account`` None is the platform.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    more: tuple[Condition, ...] = ()
    account: str | None = None
    after: int | None = None
    before: int | None = None
    limit: int = 10


class Store:
    """Objects by id and kind, and the few tables beside them. Used by one thread only."""

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA)
        for kind, names in _FILTERED.items():
            for name in names:
                label = f"{kind}_{name}".replace(".", "_")
                self.db.execute(
                    f"CREATE INDEX IF NOT EXISTS by_{label} ON object"
                    f" (json_extract(body, '$.{name}'), seq) WHERE kind = '{kind}'"
                )
        self._facts: dict[str, Any] = {}
        self._unwritten: set[str] = set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; the body must not await. An inner one joins the outer one."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            for name in self._unwritten:
                self._write(name)
        except BaseException:
            self.db.execute("ROLLBACK")
            self._facts.clear()
            raise
        finally:
            self._unwritten.clear()
        self.db.execute("COMMIT")

    def add(self, kind: str, body: Body, account: str | None = None) -> Body:
        """Keep a new object of ``kind``, of the platform or of a connected account."""
        self.db.execute(
            "INSERT INTO object (id, kind, created, body, account) VALUES (?, ?, ?, ?, ?)",
            [body["id"], kind, _second(body), json.dumps(body), account],
        )
        return body

    def put(self, body: Body) -> Body:
        """Keep a changed object."""
        self.db.execute("UPDATE object SET body = ? WHERE id = ?", [json.dumps(body), body["id"]])
        return body

    def get(self, object_id: str, kind: str | None = None) -> Body | None:
        """The object, or None."""
        row = self.db.execute("SELECT body, kind FROM object WHERE id = ?", [object_id]).fetchone()
        return json.loads(row[0]) if row and kind in (None, row[1]) else None

    def owner(self, object_id: str) -> str | None:
        """The connected account that has this object; None: the platform, or nobody."""
        sql = "SELECT account FROM object WHERE id = ?"
        row = self.db.execute(sql, [object_id]).fetchone()
        return row[0] if row else None

    def all(self, kind: str, where: Mapping[str, Any] | None = None) -> Iterator[Body]:
        """Every object of ``kind``, newest first, whose top-level fields equal ``where``."""
        sql, values = _wanted(kind, where or {}, ())
        for row in self.db.execute(f"SELECT body {sql} ORDER BY seq DESC", values).fetchall():
            yield json.loads(row[0])

    def page(self, kind: str, asked: Page) -> tuple[list[Body], bool]:
        """Objects newest first, and whether there are more beyond them."""
        sql, values = _wanted(kind, asked.where, asked.more)
        sql += " AND account IS ?"
        values.append(asked.account)
        backwards = asked.after is None and asked.before is not None
        if asked.after is not None:
            sql += " AND seq < ?"
            values.append(asked.after)
        elif asked.before is not None:
            sql += " AND seq > ?"
            values.append(asked.before)
        sql += f" ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?"
        rows = self.db.execute(f"SELECT body {sql}", [*values, asked.limit + 1]).fetchall()
        bodies = [json.loads(row[0]) for row in rows[: asked.limit]]
        return (bodies[::-1] if backwards else bodies), len(rows) > asked.limit

    def place(self, kind: str, object_id: str) -> int | None:
        """Where an object stands among its kind, for a cursor; None: there is none."""
        sql = "SELECT seq FROM object WHERE id = ? AND kind = ?"
        row = self.db.execute(sql, [object_id, kind]).fetchone()
        return row[0] if row else None

    def fact(self, name: str, default: Any = None) -> Any:
        """One remembered value."""
        if name not in self._facts:
            sql = "SELECT value FROM fact WHERE name = ?"
            row = self.db.execute(sql, [name]).fetchone()
            self._facts[name] = json.loads(row[0]) if row else None
        found = self._facts[name]
        return default if found is None else found

    def remember(self, name: str, value: Any) -> None:
        """Remember one value across restarts."""
        self._facts[name] = value
        if self.db.in_transaction:
            self._unwritten.add(name)
        else:
            self._write(name)

    def _write(self, name: str) -> None:
        self.db.execute(
            "INSERT INTO fact VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, json.dumps(self._facts[name])],
        )

    def forget(self) -> None:
        """Empty every table; the seed and the count of ids stay, so no id comes twice."""
        for table in _EMPTIED:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608  (names of ours)
        kept = "('seed', 'ids', 'books')"
        self.db.execute(f"DELETE FROM fact WHERE name NOT IN {kept}")  # noqa: S608
        for name in [*self._facts]:
            if name not in ("seed", "ids", "books"):
                del self._facts[name]
                self._unwritten.discard(name)


def _wanted(
    kind: str, where: Mapping[str, Any], more: tuple[Condition, ...]
) -> tuple[str, list[Any]]:
    sql, values = f"FROM object WHERE kind = '{kind}'", []
    for name, value in where.items():
        sql += f" AND json_extract(body, '$.{name}') = ?"
        values.append(value)
    for condition, bound in more:
        sql += f" AND {condition}"
        values += bound
    return sql, values


def _second(body: Body) -> int:
    """When it was made: a second API object writes its ``created`` as text."""
    created = body.get("created") or 0
    return int(created if isinstance(created, int) else body["sandbox_created"])


def shown(body: Body) -> Body:
    """The object without what only the sandbox knows."""
    return {name: value for name, value in body.items() if not name.startswith("sandbox_")}

"""The sandbox's own database: one SQLite file, objects kept as the JSON that Stripe would show."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL, account TEXT);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS answer (
    scope TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL,
    status INTEGER, body TEXT, PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """Objects by id and kind, and the few tables beside them. Used by one thread only."""

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; the body must not await. An inner one joins the outer one."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def add(self, kind: str, body: Body) -> Body:
        """Keep a new object of ``kind``."""
        self.db.execute(
            "INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)",
            [body["id"], kind, body.get("created") or 0, json.dumps(body)],
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

    def all(self, kind: str, where: Mapping[str, Any] | None = None) -> Iterator[Body]:
        """Every object of ``kind``, newest first, whose top-level fields equal ``where``."""
        sql, values = "SELECT body FROM object WHERE kind = ?", [kind]
        for name, value in (where or {}).items():
            sql += f" AND json_extract(body, '$.{name}') = ?"
            values.append(value)
        for row in self.db.execute(sql + " ORDER BY seq DESC", values).fetchall():
            yield json.loads(row[0])

    def fact(self, name: str, default: Any = None) -> Any:
        """One remembered value."""
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return json.loads(row[0]) if row else default

    def remember(self, name: str, value: Any) -> None:
        """Remember one value across restarts."""
        self.db.execute(
            "INSERT INTO fact VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, json.dumps(value)],
        )

    def forget(self) -> None:
        """Empty every table; the seed and the count of ids stay, so no id comes twice."""
        for table in ("object", "answer", "delivery"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608  (three names of ours)
        self.db.execute("DELETE FROM fact WHERE name NOT IN ('seed', 'ids')")

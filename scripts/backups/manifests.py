"""What a backup says of itself: of when it is, what made it, and what its books add up to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from scripts.surroundings import ROOT

FORMAT: Final = 1
_BOOKS: Final = """
SELECT (SELECT count(*) FROM ledger_movement) AS movements,
    (SELECT coalesce(max(seq), 0) FROM ledger_transfer) AS last_transfer,
    (SELECT coalesce(sum(amount_cents), 0)::bigint FROM ledger_transfer) AS moved_cents,
    (SELECT id::text FROM ledger_movement ORDER BY id DESC LIMIT 1) AS head,
    (SELECT count(*) FROM accounts_user) AS people
"""
_POTS: Final = """
SELECT kind, sum(credits_cents - debits_cents)::bigint FROM ledger_pot GROUP BY kind ORDER BY kind
"""
_HEADS: Final = "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"


@dataclass(frozen=True)
class Books:
    """What the ledger of one moment adds up to; cents are of whatever currency."""

    movements: int
    last_transfer: int
    moved_cents: int
    head: str | None
    people: int
    pots: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """``files``: the SHA-256 of each file in the archive, by its name there."""

    format: int
    made_at: str
    version: str
    postgres: str
    migrations: dict[str, str]
    books: Books
    files: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def describe(connection: psycopg.Connection[Any]) -> Manifest:
    """The database that ``connection`` sees, in the snapshot that it is in."""
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version(),
        postgres=str(connection.info.server_version // 10_000),
        migrations=dict(connection.execute(_HEADS).fetchall()),
        books=books(connection),
    )


def books(connection: psycopg.Connection[Any]) -> Books:
    """What the ledger adds up to."""
    (row,) = connection.execute(_BOOKS).fetchall()
    movements, last_transfer, moved_cents, head, people = row
    pots = dict(connection.execute(_POTS).fetchall())
    return Books(movements, last_transfer, moved_cents, head, people, pots)


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether nobody and nothing is in this database; one without our tables is empty too."""
    for table in ("accounts_user", "ledger_movement"):
        known = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
        if known == (None,):
            continue
        asked = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
        if connection.execute(asked).fetchone() == (True,):
            return False
    return True


def parse(text: str) -> Manifest:
    """A manifest from its JSON.

    :raises ValueError: it is none, or of a format that is not ours.
    """
    try:
        read = json.loads(text)
        found = Manifest(**{**read, "books": Books(**read["books"])})
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError("This is no backup of ours.") from error
    if found.format != FORMAT:
        raise ValueError(f"Its format is {found.format}; this version reads {FORMAT}.")
    return found


def newer_than_us(manifest: Manifest) -> list[str]:
    """The apps of which the backup has a migration that this checkout does not know."""
    known = {(path.parents[1].name, path.stem) for path in _migrations()}
    # Of apps that are not ours the pinned packages know; ours are those whose files are here.
    ours = {app for app, _ in known}
    heads = manifest.migrations.items()
    return [f"{app}.{name}" for app, name in heads if app in ours and (app, name) not in known]


def version() -> str:
    """The version in ``pyproject.toml``."""
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version = "))


def _migrations() -> list[Path]:
    patterns = ("*/migrations/[0-9]*.py", "backend/*/migrations/[0-9]*.py")
    return [path for pattern in patterns for path in ROOT.glob(pattern)]

"""A PostgreSQL database into a file and out of it: consistent, while it is in use.

`pg_dump` and `pg_restore` are those of the server that runs beside us; of a server elsewhere
they must not be older than it.
"""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from backend.embedded.postgres import binaries
from scripts.backups import manifests
from scripts.backups.manifests import Manifest

JOBS: Final = 2
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_SETTINGS: Final = """
SELECT unnest(setconfig) FROM pg_db_role_setting
WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = %s)
"""


class DatabaseRefused(RuntimeError):
    """PostgreSQL's tools said no; what they said is the text."""


def dump(url: str, to: Path) -> Manifest:
    """Write the whole database to ``to`` as of one moment, and say what it holds at that moment.

    Others read and write on. The manifest and the dump see the very same snapshot.
    :raises DatabaseRefused: ``pg_dump`` failed.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert exported is not None
        manifest = manifests.describe(connection)
        flags = [f"--snapshot={exported[0]}", "--format=custom"]
        _run("pg_dump", "--no-owner", "--no-privileges", *flags, f"--file={to}", url)
    return manifest


def load(url: str, dumped: Path) -> str:
    """Make a database of its own from a dump, beside the one of ``url``; its name.

    It gets the settings that were given to that one by ALTER DATABASE.
    :raises DatabaseRefused: ``pg_restore`` failed; nothing is left behind.
    """
    name = f"{name_of(url)[:32]}_restoring_{secrets.token_hex(4)}"
    with _maintenance(url) as connection:
        fresh = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(fresh))
        for setting in connection.execute(_SETTINGS, [name_of(url)]).fetchall():
            what, _, value = setting[0].partition("=")
            order = sql.SQL("ALTER DATABASE {} SET {} = {}")
            parts = sql.SQL(".").join(sql.Identifier(part) for part in what.split("."))
            connection.execute(order.format(fresh, parts, sql.Literal(value)))
    try:
        where = f"--dbname={with_name(url, name)}"
        flags = ["--no-owner", "--no-privileges", "--exit-on-error", f"--jobs={JOBS}"]
        _run("pg_restore", *flags, where, str(dumped))
        with psycopg.connect(with_name(url, name), autocommit=True) as connection:
            connection.execute("ANALYZE")
    except BaseException:
        drop(url, name)
        raise
    return name


def swap(url: str, fresh: str, *, keep_as: str) -> None:
    """Let ``fresh`` take the name of ``url``'s database, which is ``keep_as`` from then on.

    Both or none, in one transaction.
    :raises psycopg.errors.ObjectInUse: somebody is connected to one of them.
    """
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with _maintenance(url) as connection, connection.transaction():
        for was, becomes in ((name_of(url), keep_as), (fresh, name_of(url))):
            connection.execute(rename.format(sql.Identifier(was), sql.Identifier(becomes)))


def drop(url: str, name: str) -> None:
    """Drop a database of that server, whoever uses it."""
    with _maintenance(url) as connection:
        order = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(order.format(sql.Identifier(name)))


def others_connected(url: str) -> int:
    """How many connections there are to the database of ``url``."""
    with _maintenance(url) as connection:
        row = connection.execute(_OTHERS, [name_of(url)]).fetchone()
        return int(row[0]) if row else 0


def name_of(url: str) -> str:
    """The name of the database in a URL."""
    return urlsplit(url).path.strip("/")


def with_name(url: str, name: str) -> str:
    """The same URL with another database; unlike ``urlunsplit`` it keeps an empty host."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
        yield connection


def _run(tool: str, *arguments: str) -> None:
    command = [str(binaries() / tool), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DatabaseRefused(f"{tool} failed:\n{done.stderr.strip()[-2_000:]}")

"""One PostgreSQL database per pytest worker, copied from a template that is migrated once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests import servers

# Any number that nothing else of ours locks: workers take turns at the template.
TEMPLATE_LOCK: Final = 6_207_001


def build() -> None:
    """Make this worker's empty, migrated database; an older one of that name is replaced."""
    name = str(connections["default"].settings_dict["NAME"])
    template = f"{name.rsplit('_', 1)[0]}_template"
    with _maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if _comment_of(connection, template) != _run_id():
            _drop(connection, template)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            _migrate(template, back_to=name)
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(template), sql.Literal(_run_id())
                )
            )
        _drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        # Lets flush TRUNCATE the ledger, which refuses it everywhere else.
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET soulseer.tests = 'on'").format(sql.Identifier(name))
        )


def leave() -> None:
    """End every connection to this worker's database, those of the pool and of old threads too."""
    default = connections["default"]
    connections.close_all()
    if hasattr(default, "close_pool"):
        default.close_pool()
    with _maintenance() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [str(default.settings_dict["NAME"])],
        )


def remove() -> None:
    """Drop this worker's database, for servers that outlive the run."""
    connections.close_all()
    with _maintenance() as connection:
        _drop(connection, str(connections["default"].settings_dict["NAME"]))


def _run_id() -> str:
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid-{os.getpid()}")


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    url = servers.with_path(os.environ["DATABASE_URL"], "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def _comment_of(connection: psycopg.Connection[tuple[object, ...]], database: str) -> object:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [database],
    ).fetchone()
    return row[0] if row else None


def _drop(connection: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


def _migrate(database: str, *, back_to: str) -> None:
    default = connections["default"]
    default.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        default.close()
        if hasattr(default, "close_pool"):
            default.close_pool()
        default.settings_dict["NAME"] = back_to

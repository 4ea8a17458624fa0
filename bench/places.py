"""Where benches work: a database and a Valkey number of their own, gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

VALKEY_NUMBER: Final = 9
_TEMPLATE: Final = "BENCH_TEMPLATE"


@contextmanager
def template() -> Iterator[None]:
    """For the length of the block fresh databases are copies of one that is migrated now.

    Migrating takes ten seconds, a copy one tenth of one.
    """
    with database("template"):
        from django.db import connections

        connections.close_all()
        os.environ[_TEMPLATE] = "bench_template"
        try:
            yield
        finally:
            del os.environ[_TEMPLATE]


@contextmanager
def database(name: str, *, migrated: bool = True) -> Iterator[str]:
    """A fresh database ``bench_<name>`` on the same server, and an empty Valkey number.

    For the length of the block ``DATABASE_URL`` and ``REDIS_URL`` name them; with ``migrated``
    Django is set up on them and its tables are there. Gives the database's address.
    """
    server, address = os.environ["DATABASE_URL"], f"bench_{name}"
    like = os.environ.get(_TEMPLATE, "") if migrated else ""
    _drop(server, address)
    with psycopg.connect(with_path(server, "postgres"), autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        names = map(sql.Identifier, (address, like or "template1"))
        connection.execute(create.format(*names))
    os.environ["DATABASE_URL"] = with_path(server, address)
    os.environ["REDIS_URL"] = _numbered(os.environ["REDIS_URL"])
    os.environ["REDIS_PREFIX"] = address
    _forget()
    try:
        if migrated:
            _migrate(already=bool(like))
        yield os.environ["DATABASE_URL"]
    finally:
        _forget()
        _drop(server, address)


def with_path(url: str, path: str) -> str:
    """``url`` with another database; unlike ``urlunsplit`` it keeps an empty host's slashes."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{path}{query}"


def _numbered(url: str) -> str:
    address, _, query = url.partition("?")
    if address.startswith("unix:"):
        kept = [part for part in query.split("&") if part and not part.startswith("db=")]
        return f"{address}?{'&'.join([*kept, f'db={VALKEY_NUMBER}'])}"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{VALKEY_NUMBER}"


def _migrate(*, already: bool) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    # With DEBUG on Django keeps the text of every statement.
    settings.DEBUG = False
    if not already:
        call_command("migrate", verbosity=0, interactive=False)


def _forget() -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()


def _drop(server: str, name: str) -> None:
    with psycopg.connect(with_path(server, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

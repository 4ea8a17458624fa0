"""One server at a time: stopped and started again under the people who use it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from backend.embedded.errors import ServerUnavailable
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey


def test_the_same_server_can_be_stopped_and_started_again(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    deep.mkdir(parents=True)
    postgres, valkey = Postgres(deep, durable=False), Valkey(deep)
    try:
        for _ in range(2):
            postgres.start()
            valkey.start()
            with psycopg.connect(postgres.url("postgres")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            valkey.stop()
            postgres.stop()
    finally:
        valkey.stop()
        postgres.stop()


def test_wal_may_grow_and_nobody_listens_on_the_network(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path)
    postgres.start()
    try:
        with psycopg.connect(postgres.url("postgres")) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()
                for name in ("max_wal_size", "listen_addresses", "fsync", "timezone")
            }
    finally:
        postgres.stop()

    assert shown == {
        "max_wal_size": ("4GB",),
        "listen_addresses": ("",),
        "fsync": ("on",),
        "timezone": ("UTC",),
    }


def test_a_folder_of_another_major_version_is_refused_in_words(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path, durable=False)
    postgres.start()
    postgres.stop()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServerUnavailable, match="made by PostgreSQL 12"):
        postgres.start()


def test_half_a_cluster_of_a_killed_run_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "base").mkdir(parents=True)
    postgres = Postgres(tmp_path, durable=False)
    postgres.start()
    postgres.create("soulseer")
    postgres.create("soulseer")
    postgres.stop()

    assert (tmp_path / "postgres" / "PG_VERSION").exists()

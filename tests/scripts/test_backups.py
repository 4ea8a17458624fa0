"""`make backup` and `make restore`: a product of one moment, back in its place, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from scripts import backup, restore
from scripts.backups import databases
from tests import builders, servers
from tests.databases import leave

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(at: datetime) -> Iterator[str]:
    """A database of its own with one client in it, whose name is Client 1 or so."""
    builders.a_client(cents=2_000, at=at)
    base, own = os.environ["DATABASE_URL"], f"backups_{servers.WORKER}"
    leave()
    maintenance = servers.with_path(base, "postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        template = sql.Identifier(databases.name_of(base))
        order = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(order.format(sql.Identifier(own), template))
    yield servers.with_path(base, own)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        left = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        for (name,) in connection.execute(left, [f"{own}%"]).fetchall():
            databases.drop(base, name)


@pytest.fixture
def home(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a picture and secrets, and its database at ``url``."""
    folder = tmp_path / "copy"
    (folder / "media" / "photos").mkdir(parents=True)
    (folder / "media" / "photos" / "of-ana.webp").write_bytes(b"a picture")
    for name, value in {"DATA_DIR": str(folder), "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    for name in ("TO", "FROM", "REPLACE", "MEDIA_ROOT"):
        monkeypatch.delenv(name, raising=False)
    return folder


def _names(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT display_name FROM accounts_user").fetchall()
    return {name for (name,) in rows}


def _rename(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute("UPDATE accounts_user SET display_name = %s", [name])


def _restore(archive: Path, monkeypatch: pytest.MonkeyPatch, *, may_replace: bool = False) -> int:
    monkeypatch.setenv("FROM", str(archive))
    monkeypatch.setenv("REPLACE", "1" if may_replace else "")
    return restore.main()


def test_what_was_there_at_the_backup_is_there_again(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = home.parent / "kept" / "one.tar"
    monkeypatch.setenv("TO", str(archive))
    with psycopg.connect(url) as busy:  # somebody writes meanwhile and is not done
        _rename(busy, "in between")
        before = _names(url)
        assert backup.main() == 0
        busy.rollback()
    secrets = (home / "secrets.json").read_text()
    with psycopg.connect(url) as connection:
        _rename(connection, "after")
    (home / "media" / "photos" / "of-ana.webp").write_bytes(b"another picture")

    with psycopg.connect(url):
        assert _restore(archive, monkeypatch, may_replace=True) == 1
    assert "The product runs" in capfd.readouterr().err
    assert _restore(archive, monkeypatch) == 1
    assert "REPLACE=1" in capfd.readouterr().err
    assert _names(url) == {"after"}, "a refusal changes nothing"

    assert _restore(archive, monkeypatch, may_replace=True) == 0

    told = capfd.readouterr().out
    assert "The ledger is sound." in told
    assert _names(url) == before
    assert (home / "media" / "photos" / "of-ana.webp").read_bytes() == b"a picture"
    assert (home / "secrets.json").read_text() == secrets
    (put_aside,) = home.glob("media.before-*/photos/of-ana.webp")
    assert put_aside.read_bytes() == b"another picture"
    (old,) = [word for word in told.split() if f"{databases.name_of(url)}_before_" in word]
    assert _names(servers.with_path(url, old)) == {"after"}
    assert not list(home.glob(".restore-*"))


def test_a_damaged_newer_or_foreign_file_changes_nothing(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = home.parent / "one.tar"
    monkeypatch.setenv("TO", str(archive))
    assert backup.main() == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    before = _names(url)

    cut = home.parent / "cut.tar"
    cut.write_bytes(archive.read_bytes()[:-20_000])
    other = home.parent / "other.tar"
    _repack(archive, other, "database.dump", lambda old: old[:-1] + b"!")
    newer = home.parent / "newer.tar"
    _repack(archive, newer, "manifest.json", _with_a_later_migration)
    beside = home.parent / "beside.tar"
    shutil.copy(other, beside)
    shutil.copy(f"{archive}.sha256", f"{beside}.sha256")
    for file, why in {
        cut: "unexpected end of data",
        other: "database.dump is damaged",
        newer: "newer than this version: ledger.9999_later",
        beside: "is not what beside.tar.sha256 says",
        home / "secrets.json": "secrets.json",
        home / "nothing.tar": "There is no",
    }.items():
        assert _restore(file, monkeypatch, may_replace=True) == 1
        error = capfd.readouterr().err
        assert "Nothing was restored" in error
        assert why in error

    assert _names(url) == before
    assert (home / "media" / "photos" / "of-ana.webp").read_bytes() == b"a picture"


def _with_a_later_migration(manifest: bytes) -> bytes:
    read = json.loads(manifest)
    read["migrations"]["ledger"] = "9999_later"
    return json.dumps(read).encode()


def _repack(archive: Path, to: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """The same backup with one of its files changed."""
    folder = to.with_suffix("")
    with tarfile.open(archive) as source:
        source.extractall(folder, filter="data")
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    with tarfile.open(to, "w") as packed:
        for path in sorted(folder.rglob("*")):
            packed.add(path, arcname=str(path.relative_to(folder)), recursive=False)

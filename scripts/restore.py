"""``make restore FROM=…``: the product of a backup, in the place of what is there.

Nothing is touched until the file is proven whole and its database stands beside the present one,
migrated, and adds up to what the manifest says; then both change names in one transaction. What
was there is kept under another name. REPLACE=1 says that there may be something.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from backend.embedded import services
from backend.embedded.errors import ServerUnavailable
from scripts import surroundings
from scripts.backup import media_root
from scripts.backups import archives, databases, manifests
from scripts.backups.archives import ArchiveRefused
from scripts.backups.databases import DatabaseRefused
from scripts.backups.manifests import Manifest

MANAGE = [sys.executable, str(surroundings.ROOT / "manage.py")]


class RestoreRefused(RuntimeError):
    """Why nothing was restored; nothing has changed."""


def main() -> int:
    """0: restored and the ledger is sound; 1: refused, nothing changed; 2: restored, unsound."""
    home = surroundings.data_dir()
    try:
        archive = _archive()
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as name:
            manifest = archives.unpack(archive, Path(name))
            _say(f"{archive.name} is whole: made {manifest.made_at} by {manifest.version}")
            # Before the environment is made: it would make new secrets where none are.
            _put_where_none(Path(name), home, (archives.SECRETS, archives.STRIPE))
            environment = surroundings.environment(home)
            with services.running(home, environment=environment) as addresses:
                environment = addresses.environment() | environment
                return _restore(Path(name), manifest, environment)
    except (
        *(ServerUnavailable, ArchiveRefused, DatabaseRefused, RestoreRefused, psycopg.Error),
    ) as error:
        print(f"Nothing was restored. {error}", file=sys.stderr)
        return 1


def _restore(unpacked: Path, manifest: Manifest, environment: dict[str, str]) -> int:
    url = environment["DATABASE_URL"]
    kept = f"{databases.name_of(url)[:40]}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    media = media_root(environment)
    staged = _stage_media(unpacked / archives.MEDIA, media)
    replace(
        url,
        unpacked / archives.DATABASE,
        manifest,
        may_replace=os.environ.get("REPLACE") == "1",
        keep_as=kept,
        prepare=lambda fresh: _migrate(environment | {"DATABASE_URL": fresh}),
    )
    _say(f"the database is in place; what was there is {kept}")
    _swap_media(staged, media)
    audit = subprocess.run([*MANAGE, "ledger_audit"], env=environment, check=False)
    _say("Stripe is heard before any money leaves; at the latest two minutes after the start")
    return 2 if audit.returncode else 0


def replace(
    url: str,
    dumped: Path,
    manifest: Manifest,
    *,
    may_replace: bool,
    keep_as: str,
    prepare: Callable[[str], None] | None = None,
) -> None:
    """Put the database of a dump in the place of the one of ``url``, which becomes ``keep_as``.

    ``prepare`` gets the address of the new one before the swap and may refuse it.
    :raises RestoreRefused: somebody uses the present one, or it is not empty and may not be
        replaced, or the dump is newer than we are or adds up to something else.
    :raises DatabaseRefused: ``pg_restore`` failed.
    """
    _refuse_unless_free(url, may_replace=may_replace)
    if newer := manifests.newer_than_us(manifest):
        raise RestoreRefused(f"The backup is newer than this version: {', '.join(newer)}.")
    fresh = databases.load(url, dumped)
    try:
        with psycopg.connect(databases.with_name(url, fresh)) as connection:
            found = manifests.books(connection)
        if found != manifest.books:
            raise RestoreRefused(f"It adds up to {found}, its manifest says {manifest.books}.")
        if prepare:
            prepare(databases.with_name(url, fresh))
        _refuse_unless_free(url, may_replace=may_replace)
        databases.swap(url, fresh, keep_as=keep_as)
    except BaseException:
        databases.drop(url, fresh)
        raise


def _refuse_unless_free(url: str, *, may_replace: bool) -> None:
    if others := databases.others_connected(url):
        raise RestoreRefused(f"The product runs: {others} connections. Stop it first.")
    if may_replace:
        return
    with psycopg.connect(url) as connection:
        if not manifests.is_empty(connection):
            raise RestoreRefused("There are people in this database. REPLACE=1 puts it aside.")


def _migrate(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [*MANAGE, "migrate", "--noinput", "--verbosity", "0"], env=environment, check=False
    )
    if done.returncode:
        raise RestoreRefused("Its migrations failed.")


def _stage_media(unpacked: Path, present: Path) -> Path:
    """Bring the media beside their place, on the same disk."""
    staged = present.with_name(f".{present.name}.restoring")
    shutil.rmtree(staged, ignore_errors=True)
    present.parent.mkdir(parents=True, exist_ok=True)
    unpacked.mkdir(exist_ok=True)
    shutil.move(unpacked, staged)
    return staged


def _swap_media(staged: Path, present: Path) -> None:
    """Two renames; what was there is kept."""
    kept = present.with_name(f"{present.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if present.exists():
        present.rename(kept)
        _say(f"the media are in place; what was there is {kept}")
    staged.rename(present)


def _put_where_none(unpacked: Path, home: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if (unpacked / name).exists() and not (home / name).exists():
            (unpacked / name).rename(home / name)
            _say(f"{name} is in place; there was none")


def _archive() -> Path:
    named = os.environ.get("FROM")
    if not named:
        raise RestoreRefused("Say which: make restore FROM=.data/backups/soulseer-….tar")
    found = (surroundings.ROOT / named).resolve()
    if not found.is_file():
        raise RestoreRefused(f"There is no {found}.")
    return found


def _say(what: str) -> None:
    print(f"  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

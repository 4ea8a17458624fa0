"""``make backup``: one file that holds the product of this moment, made while it serves.

TO names the file; else it is written to DATA_DIR/backups.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from backend.embedded import places, services
from backend.embedded.errors import ServerUnavailable
from scripts import surroundings
from scripts.backups import archives, databases
from scripts.backups.databases import DatabaseRefused
from scripts.backups.manifests import Manifest


def main() -> int:
    """0 once the backup is whole on the disk."""
    home = surroundings.data_dir()
    environment = surroundings.environment(home)
    with ExitStack() as stack:
        try:
            addresses = services.addresses_of_running_copy(home)
            if addresses is None:
                addresses = stack.enter_context(services.running(home, environment=environment))
            url = environment.get("DATABASE_URL") or addresses.database_url
            to = _target(home)
            manifest = make(url, home=home, media=media_root(environment), to=to)
        except (ServerUnavailable, DatabaseRefused, psycopg.Error) as error:
            print(f"No backup was made. {error}", file=sys.stderr)
            return 1
    books = manifest.books
    print(f"{to}  {to.stat().st_size / 1_048_576:.1f} MiB, SHA-256 beside it")
    print(f"  of {manifest.made_at}: {books.people} people, {books.movements} movements")
    print(f"  {len(manifest.files)} files: the database, media, this copy's secrets: keep it safe")
    return 0


def make(url: str, *, home: Path, media: Path, to: Path) -> Manifest:
    """Write a backup of the database at ``url`` and of the files of ``home`` to ``to``.

    :raises DatabaseRefused: ``pg_dump`` failed; no file is left.
    """
    places.folder(to.parent)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as name:
        folder = Path(name)
        manifest = databases.dump(url, folder / archives.DATABASE)
        archives.gather(home, media, folder)
        return archives.write(folder, manifest, to)


def media_root(environment: dict[str, str]) -> Path:
    """Where uploaded pictures are, as the product's settings say."""
    return Path(environment.get("MEDIA_ROOT") or Path(environment["DATA_DIR"]) / "media")


def _target(home: Path) -> Path:
    if named := os.environ.get("TO"):
        return (surroundings.ROOT / named).resolve()
    return home / "backups" / f"soulseer-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"


if __name__ == "__main__":
    sys.exit(main())

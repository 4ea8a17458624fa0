"""The file of a backup: a tar with a manifest first, and a checksum of everything in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from scripts.backups import manifests
from scripts.backups.manifests import Manifest

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
MEDIA: Final = "media"
SECRETS: Final = "secrets.json"
STRIPE: Final = "stripe"
SUFFIX: Final = ".sha256"


class ArchiveRefused(RuntimeError):
    """This file is no backup, or not whole any more."""


def gather(home: Path, media: Path, into: Path) -> None:
    """Copy what belongs to a backup besides the database: media, secrets, the Stripe stand-in.

    The dump was made before: every file that a row names was there by then. One that is deleted
    meanwhile is left out.
    """
    if media.is_dir():
        shutil.copytree(media, into / MEDIA, copy_function=_copy_if_there, dirs_exist_ok=True)
    if (home / SECRETS).exists():
        shutil.copy2(home / SECRETS, into / SECRETS)
    for database in (home / STRIPE).glob("*.sqlite*"):
        if database.name.endswith(("-wal", "-shm", "-journal")):
            continue
        (into / STRIPE).mkdir(exist_ok=True)
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(into / STRIPE / database.name)) as copy,
        ):
            source.backup(copy)


def write(folder: Path, manifest: Manifest, to: Path) -> Manifest:
    """Pack ``folder`` and its manifest into ``to``, readable by its owner only.

    It appears under its name when it is whole and on the disk; beside it lies its own checksum,
    in the form that `sha256sum --check` reads.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = {str(path.relative_to(folder)): checksum(path) for path in files}
    manifest = replace(manifest, files=sums)
    (folder / MANIFEST).write_text(manifest.as_json())
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name(f".{to.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name in (MANIFEST, *sums):
                archive.add(folder / name, arcname=name, recursive=False)
        out.flush()
        os.fsync(out.fileno())
    to.with_name(to.name + SUFFIX).write_text(f"{checksum(partial)}  {to.name}\n")
    partial.replace(to)
    return manifest


def unpack(archive: Path, into: Path) -> Manifest:
    """Unpack a backup into an empty folder, and prove that every byte is what was written.

    :raises ArchiveRefused: it is not a backup of ours, or damaged.
    """
    beside = archive.with_name(archive.name + SUFFIX)
    if beside.exists() and beside.read_text().split()[:1] != [checksum(archive)]:
        raise ArchiveRefused(f"{archive} is not what {beside.name} says: it is damaged.")
    try:
        with tarfile.open(archive) as opened:
            opened.extractall(into, filter="data")
        manifest = manifests.parse((into / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise ArchiveRefused(f"{archive}: {error}") from error
    found = {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}
    if found - {MANIFEST} != set(manifest.files) or DATABASE not in found:
        raise ArchiveRefused(f"{archive} does not hold the files that its manifest names.")
    for name, expected in manifest.files.items():
        if checksum(into / name) != expected:
            raise ArchiveRefused(f"{archive}: {name} is damaged.")
    return manifest


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_if_there(source: str, to: str) -> None:
    try:
        shutil.copy2(source, to)
    except FileNotFoundError:
        return

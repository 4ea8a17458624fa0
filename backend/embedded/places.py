"""Where an embedded server keeps its files and its socket."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

# The kernel allows 108 bytes; some clients append a suffix while they connect.
SOCKET_PATH_BYTES_MAX: Final = 100


def folder(path: Path) -> Path:
    """Make ``path`` with its parents, closed to everybody but its owner."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def socket_folder(data_dir: Path, name: str, socket_name: str) -> Path:
    """The folder for one server's socket: inside ``data_dir`` where the path is short enough.

    A deep ``data_dir`` gets a short folder of its own below the temporary folder. Its name is
    made of the whole path and the user, so two copies of the product never share one.
    """
    inside = data_dir / name
    if len(os.fsencode(inside / socket_name)) < SOCKET_PATH_BYTES_MAX:
        return folder(inside)
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return _own_folder(Path(tempfile.gettempdir()) / f"soulseer-{os.getuid()}-{digest}-{name}")


def discard_socket_folder(path: Path, data_dir: Path) -> None:
    """Remove a socket's folder that had to lie outside ``data_dir``; inside, it may stay."""
    if not path.is_relative_to(data_dir):
        shutil.rmtree(path, ignore_errors=True)


def _own_folder(path: Path) -> Path:
    """Make ``path`` below a folder that everybody may write to, and refuse somebody else's."""
    folder(path)
    owner = path.lstat().st_uid
    if path.is_symlink() or owner not in {os.getuid(), 65534}:
        raise PermissionError(f"{path} belongs to somebody else; set DATA_DIR to a shorter path")
    return path

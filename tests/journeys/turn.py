"""A real coturn beside the product, so that a reading can go through a relay."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECRET = "a-secret-that-coturn-and-the-product-share"
MISSING = "coturn is not installed (Debian: apt-get install coturn)"


def is_here() -> bool:
    return shutil.which("turnserver") is not None


@contextmanager
def running(home: Path) -> Iterator[dict[str, str]]:
    """What the product is to be told about the relay; nothing without coturn."""
    if not is_here():
        yield {}
        return
    port = _free_port()
    flags = (
        "-n --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 --use-auth-secret --realm=soulseer.test "
        "--no-tls --no-dtls --no-cli --fingerprint --allow-loopback-peers --min-port=52000 "
        f"--max-port=52400 --log-file=stdout --pidfile={home / 'turn.pid'} "
        f"--userdb={home / 'turn.db'} --listening-port={port} --static-auth-secret={SECRET}"
    )
    with (home / "turn.log").open("w") as log:
        child = subprocess.Popen(["turnserver", *flags.split()], stdout=log, stderr=log, cwd=home)
        try:
            yield {
                "TURN_URLS": f"turn:127.0.0.1:{port}?transport=udp",
                "TURN_SECRET": SECRET,
                "READERS_RELAY_ONLY": "1",
            }
        finally:
            child.kill()
            child.wait()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

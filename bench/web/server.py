"""One granian worker with a WSGI application, as production runs it, for a ``with`` block."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

START_SECONDS_MAX: Final = 180
SECRET_KEY: Final = "only-for-this-bench-and-long-enough-to-be-one-0123456789"
# The cookies' names in production's settings; a bench itself runs with development's.
SESSION_COOKIE, CSRF_COOKIE = "__Host-session", "__Host-csrf"
PRODUCTION: Final = {
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": SECRET_KEY,
    "ALLOWED_HOSTS": "*",
    "STRIPE_SECRET_KEY": "sk_test_not_used_here",
    "STRIPE_API_BASE": "",
    "STRIPE_WEBHOOK_SECRETS": "whsec_not_used_here",
    "STRIPE_THIN_WEBHOOK_SECRETS": "whsec_not_used_here",
    "SECURE_SSL_REDIRECT": "0",
    "LIMIT_API_PER_MINUTE": "1000000000",
}


@contextmanager
def serving(application: str, **environment: str) -> Iterator[int]:
    """Serve ``application`` on a free port of this machine; gives the port."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "1", "--log-level", "warning", application),
    ]
    environment = os.environ | PRODUCTION | environment
    # It writes its log as in production, a line or two a request, only nobody keeps it.
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, child)
        yield port
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=15)
        child.kill()
        child.wait()


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while child.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

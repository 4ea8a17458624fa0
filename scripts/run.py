"""``make run``: the whole product in the foreground, until Ctrl-C.

PostgreSQL and Valkey are children of this script; the product's processes are honcho's, started
again when one ends by itself. Everything lives in DATA_DIR, so copies run side by side.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from honcho.manager import Manager

from backend.embedded import services
from backend.embedded.errors import ServerUnavailable
from scripts import processes, surroundings

ROOT = surroundings.ROOT
READY_SECONDS_MAX = 120


def main() -> int:
    """Serve until a signal; the exit code is honcho's."""
    started = time.monotonic()
    # A closed terminal ends us as tidily as Ctrl-C does.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    home = surroundings.data_dir()
    environment = surroundings.environment(home)
    try:
        with services.running(home, environment=environment) as addresses:
            processes.end_leftovers(home)
            _refuse_taken_ports(environment)
            environment = addresses.environment() | environment
            sign_ins = _prepare(environment)
            return _serve(environment, sign_ins, started)
    except (ServerUnavailable, PortTaken) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    except KeyboardInterrupt:
        return 130


class PortTaken(RuntimeError):
    """Another program listens where we want to."""


def _refuse_taken_ports(environment: dict[str, str]) -> None:
    wanted = [surroundings.port()]
    if surroundings.uses_sandbox(environment):
        wanted.append(surroundings.port() + 1)
    if surroundings.streams_are_embedded(environment):
        wanted.append(int(environment["ENGINE_PORT"]))
    for port in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise PortTaken(f"Port {port} is taken. Try: make run PORT={port + 100}") from None


def _prepare(environment: dict[str, str]) -> str:
    """Migrate and load the demo; what the loader says about signing in is returned."""
    print("Preparing the database", flush=True)
    command = [sys.executable, "-m", "scripts.prepare"]
    # Not through a file or the terminal: the banner shows it last, when the pages answer.
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip("\n")


def _serve(environment: dict[str, str], sign_ins: str, started: float) -> int:
    honcho = Manager()
    environment = environment | {processes.MARK: "1"}
    for name, command, extra in processes.table(environment):
        honcho.add_process(name, _kept_alive(name, command), env=environment | extra, cwd=str(ROOT))
    announcer = threading.Thread(target=_announce, args=(sign_ins, started), daemon=True)
    announcer.start()
    honcho.loop()
    # Ctrl-C is how one ends this: no error for make to repeat.
    return 0 if honcho.returncode in {0, 130, 143} else int(honcho.returncode or 0)


def _kept_alive(name: str, command: list[str]) -> str:
    """A shell line that starts ``command`` again when it ends, and ends with its own TERM."""
    line = shlex.join(command)
    if shutil.which("setpriv"):
        line = f"setpriv --pdeathsig TERM {line}"
    again = f"echo '{name} ended; starting it again'"
    return f"trap 'wait; exit 0' TERM; while :; do {line} & wait $!; {again}; sleep 1; done"


def _announce(sign_ins: str, started: float) -> None:
    """Wait for the web to answer, then say where it is and who can sign in."""
    address = f"http://localhost:{surroundings.port()}"
    probe = f"http://127.0.0.1:{surroundings.port()}/healthz"
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        time.sleep(0.2)
        try:
            urllib.request.urlopen(probe, timeout=2).close()
        except (urllib.error.URLError, OSError):
            continue
        took = time.monotonic() - started
        parts = [f"SoulSeer is on {address} (ready in {took:.1f} s)", sign_ins, "Ctrl-C stops it."]
        rule = "-" * 72
        print("\n".join([rule, *filter(None, parts), rule]), flush=True)
        return


if __name__ == "__main__":
    sys.exit(main())

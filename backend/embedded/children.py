"""Child processes of ours: never run as root, never outlive us, never hear our Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

NOBODY: Final = 65534


@cache
def _namespaces_allowed() -> bool:
    """Whether root may show itself to a child as an ordinary user (containers often forbid it)."""
    if shutil.which("unshare") is None:
        return False
    probe = subprocess.run([*_AS_MAPPED_USER, "true"], capture_output=True, check=False)
    return probe.returncode == 0


_AS_MAPPED_USER: Final = ["unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


def _drops_to_nobody() -> bool:
    return os.geteuid() == 0 and not _namespaces_allowed()


def _wrapper(*, dies_with_us: bool) -> list[str]:
    """What stands before a command line so that it runs unprivileged and ends when we do."""
    wrap: list[str] = []
    if os.geteuid() == 0 and not _drops_to_nobody():
        wrap += _AS_MAPPED_USER
    if shutil.which("setpriv") is None:
        return wrap
    flags = ["--pdeathsig", "INT"] if dies_with_us else []
    if _drops_to_nobody():
        # The checkout may lie below a closed folder such as /root: nobody must get through it.
        flags += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        flags += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*wrap, "setpriv", *flags] if flags else wrap


def _identity() -> dict[str, int | list[int]]:
    """Popen's own way down from root, for machines without ``setpriv``."""
    if _drops_to_nobody() and shutil.which("setpriv") is None:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return {}


def own(path: Path) -> None:
    """Give ``path`` and all below it to the user that our children are to the kernel."""
    if os.geteuid() != 0:
        return
    uid = NOBODY if _drops_to_nobody() else 0
    if path.stat().st_uid == uid:
        return
    for found in [path, *path.rglob("*")]:
        os.chown(found, uid, uid, follow_symlinks=False)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run ``command`` to its end, unprivileged, with its output captured."""
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*_wrapper(dies_with_us=False), *command],
        cwd="/",
        text=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        **_identity(),
    )


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start ``command`` unprivileged, in a session of its own, writing to ``log``."""
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [*_wrapper(dies_with_us=True), *command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_identity(),
        )


def stop(child: subprocess.Popen[bytes], how: signal.Signals, patience_seconds: float) -> None:
    """Ask ``child`` to end, wait, and kill it when it does not."""
    if child.poll() is not None:
        return
    child.send_signal(how)
    try:
        child.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

"""The processes of a live product, as tests start, stop and kill them."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.surroundings import ROOT

STARTS_WITHIN_SECONDS = 60


@dataclass
class Process:
    """One process of the product, its log, and the ways to order it about."""

    name: str
    command: list[str]
    environment: dict[str, str]
    home: Path
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.home / f"{self.name}.log").open("a") as log:
            self.child = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it as a crash would."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(8)
        except subprocess.TimeoutExpired:
            self.kill()


def wait_for(address: str, home: Path) -> None:
    """Return when a GET of ``address`` succeeds.

    :raises RuntimeError: it did not in time; with the last lines of every log in ``home``.
    """
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            httpx.get(address, timeout=5, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in home.glob("*.log"))
    raise RuntimeError(f"{address} did not answer.\n{logs}")

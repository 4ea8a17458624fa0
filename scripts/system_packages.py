"""See that this machine has what some tests need of the system: Chromium and coturn.

On Debian (or a child of it) as root they are installed. Elsewhere this says exactly what to
install; the tests that then cannot run are reported as skipped, with the same words.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDS = {
    "chromium": ["chromium", "chromium-browser", "google-chrome"],
    "coturn": ["turnserver"],
}
PLAYWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "playwright"


def main() -> int:
    """Install what is missing, where that is possible; never fail the run for it."""
    missing = [package for package, programs in NEEDS.items() if not _is_here(package, programs)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(missing)} with apt-get", flush=True)
        _apt(missing)
        missing = [name for name in missing if not _is_here(name, NEEDS[name])]
    if "chromium" in missing and _playwright_fetches_chromium():
        missing.remove("chromium")
    for package in missing:
        print(f"Missing: {package}. Its tests will be skipped. {_advice(package)}", file=sys.stderr)
    return 0


def _is_here(package: str, programs: list[str]) -> bool:
    if package == "chromium" and os.environ.get("CHROMIUM"):
        return True
    if any(shutil.which(program) for program in programs):
        return True
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return package == "chromium" and any(cache.glob("chromium-*/INSTALLATION_COMPLETE"))


def _apt(packages: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(done.stderr.strip()[-500:], file=sys.stderr)


def _playwright_fetches_chromium() -> bool:
    if not PLAYWRIGHT.exists():
        return False
    try:
        done = subprocess.run(
            [PLAYWRIGHT, "install", "chromium"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _advice(package: str) -> str:
    debian = f"Debian: apt-get install {package}."
    if package == "chromium":
        return f"{debian} Elsewhere: install Chromium or Chrome, or set CHROMIUM to its path."
    return f"{debian} macOS: brew install {package}."


if __name__ == "__main__":
    sys.exit(main())

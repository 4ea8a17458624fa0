"""See that this machine has what Python's packages cannot bring: Pango; for tests more.

Pango sets the type of PDF statements; tests also drive Chromium and coturn. On Debian (or a
child of it) as root they are installed. Elsewhere this says exactly what to install: without
Pango a PDF answers that it cannot be made here, and a test that cannot run is reported as
skipped, with the same words.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = {
    "libpango-1.0-0": "pango-1.0",
    "libpangoft2-1.0-0": "pangoft2-1.0",
    "libharfbuzz-subset0": "harfbuzz-subset",
}
PROGRAMS = {
    "chromium": ["chromium", "chromium-browser", "google-chrome"],
    "coturn": ["turnserver"],
}
NEEDS = {"run": [*LIBRARIES], "test": [*LIBRARIES, *PROGRAMS]}
PLAYWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "playwright"


def main() -> int:
    """Install what is missing, where that is possible; never fail the run for it."""
    wanted = NEEDS[sys.argv[1] if len(sys.argv) == 2 else "test"]
    missing = [package for package in wanted if not _is_here(package)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(missing)} with apt-get", flush=True)
        _apt(missing)
        missing = [package for package in missing if not _is_here(package)]
    if "chromium" in missing and _playwright_fetches_chromium():
        missing.remove("chromium")
    for package in missing:
        without = "PDFs cannot be made" if package in LIBRARIES else "Its tests will be skipped"
        print(f"Missing: {package}. {without}. {_advice(package)}", file=sys.stderr)
    return 0


def _is_here(package: str) -> bool:
    if package in LIBRARIES:
        return ctypes.util.find_library(LIBRARIES[package]) is not None
    if package == "chromium" and os.environ.get("CHROMIUM"):
        return True
    if any(shutil.which(program) for program in PROGRAMS[package]):
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
    if package in LIBRARIES:
        return f"{debian} macOS: brew install pango."
    if package == "chromium":
        return f"{debian} Elsewhere: install Chromium or Chrome, or set CHROMIUM to its path."
    return f"{debian} macOS: brew install {package}."


if __name__ == "__main__":
    sys.exit(main())

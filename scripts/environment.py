"""Make ``.venv`` hold exactly one of the lists in ``requirements/``, and fetch browser assets.

``python3 scripts/environment.py demo|develop`` runs on a bare Python 3.11: standard library only.
A stamp in ``.venv`` lets later runs skip in milliseconds. ``develop`` contains ``demo``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import assets, installer

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / ".soulseer.json"
CONTAINS = {"demo": ["demo", "develop"], "develop": ["develop"]}


def main() -> int:
    """Set up for ``make run`` (demo) or for everything else (develop)."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in CONTAINS:
        print("usage: environment.py demo|develop", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  (whatever Python make found runs this)
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        if not _is_installed(wanted):
            _install(wanted)
    except (installer.NoInstaller, subprocess.CalledProcessError) as error:
        print(f"The environment could not be made: {error}", file=sys.stderr)
        return 1
    assets.fetch()
    return 0


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _is_installed(wanted: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    name = stamp.get("list")
    return name in CONTAINS[wanted] and stamp.get("sha256") == _digest(name)


def _install(wanted: str) -> None:
    uv = installer.uv()
    if not _python_works():
        shutil.rmtree(VENV, ignore_errors=True)
        print("Making .venv", flush=True)
        uv.run("venv", "--quiet", "--no-python-downloads", "--python", sys.executable, str(VENV))
    print(
        f"Installing requirements/{wanted}.txt (the first time takes a minute or two)", flush=True
    )
    listed = ROOT / "requirements" / f"{wanted}.txt"
    uv.run("pip", "sync", "--quiet", "--require-hashes", "--python", str(_python()), str(listed))
    STAMP.write_text(json.dumps({"list": wanted, "sha256": _digest(wanted)}))


def _python() -> Path:
    return VENV / "bin" / "python"


def _python_works() -> bool:
    if not os.access(_python(), os.X_OK):
        return False
    asked = subprocess.run([_python(), "-c", "import sys"], capture_output=True, check=False)
    return asked.returncode == 0


if __name__ == "__main__":
    sys.exit(main())

"""Fetch fonts, Chart.js and Agora's client by npm, as ``package-lock.json`` pins them.

They land in static/vendor. The product works without them (system fonts, tables instead of
charts, our own stream engine), so a machine that cannot reach npm's registry gets a sentence,
not a failure.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import installer

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "frontend_templates" / "static" / "vendor"
STAMP = VENDOR / ".lock-sha256"
NODE = ROOT / ".uv" / "node"
NPM_SECONDS_MAX = 240

PLAYFAIR = "@fontsource-variable/playfair-display/files/playfair-display"
FILES = {
    "@fontsource/alex-brush/files/alex-brush-latin-400-normal.woff2": "fonts",
    f"{PLAYFAIR}-latin-wght-normal.woff2": "fonts",
    f"{PLAYFAIR}-latin-wght-italic.woff2": "fonts",
    f"{PLAYFAIR}-latin-ext-wght-normal.woff2": "fonts",
    "chart.js/dist/chart.umd.js": "chart",
    "agora-rtc-sdk-ng/AgoraRTC_N-production.js": "agora",
}


def fetch() -> None:
    """Make ``vendor/`` agree with the lock; say so and go on where that cannot be done."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Fetching fonts, charts and Agora's client by npm", flush=True)
    try:
        _install()
        copy()
    except (OSError, subprocess.SubprocessError) as error:
        print(f"  not fetched ({error}); pages fall back to the system's fonts.", flush=True)
        return
    STAMP.write_text(wanted)


def npm() -> list[str] | None:
    """The command line of npm: the system's, else the one of a wheel; None without either."""
    found = shutil.which("npm")
    if found:
        return [found]
    private = NODE / "bin" / "npm"
    return [str(private)] if private.exists() else None


def node_environment() -> dict[str, str] | None:
    """The PATH under which node is found; None where there is none."""
    found = npm()
    return None if found is None else {"PATH": f"{Path(found[0]).parent}:{os.environ['PATH']}"}


def _install() -> None:
    command = npm() or _npm_of_wheel()
    environment = {**os.environ, **(node_environment() or {})}
    if installer.machine_certificates():
        environment.setdefault("NODE_EXTRA_CA_CERTS", installer.machine_certificates())
    done = subprocess.run(
        [*command, "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"],
        cwd=ROOT,
        env=environment,
        timeout=NPM_SECONDS_MAX,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise OSError(f"npm ci: {(done.stderr or done.stdout).strip()[-300:]}")


def _npm_of_wheel() -> list[str]:
    uv = installer.uv()
    uv.run("venv", "--quiet", "--no-python-downloads", "--python", sys.executable, str(NODE))
    python = str(NODE / "bin" / "python")
    listed = str(ROOT / "requirements" / "node.txt")
    uv.run("pip", "sync", "--quiet", "--require-hashes", "--python", python, listed)
    return [str(NODE / "bin" / "npm")]


def copy() -> None:
    """Copy what pages use out of ``node_modules``."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, folder in FILES.items():
        target = VENDOR / folder
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(MODULES / source, target)


if __name__ == "__main__":
    copy() if sys.argv[1:] == ["copy"] else fetch()

"""Find uv, or put it into the private folder ``.uv`` with whatever pip this machine offers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts import pip_settings

ROOT = Path(__file__).resolve().parents[1]
PRIVATE = ROOT / ".uv"
PACKAGE = "uv>=0.9,<1"


class NoInstaller(RuntimeError):
    """Neither uv nor pip is here, and neither can be had."""


@dataclass(frozen=True)
class Uv:
    """A uv executable and the environment to run it in."""

    path: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> None:
        """Run uv in the project's folder.

        :raises CalledProcessError: uv failed; it has said why itself.
        """
        command = [str(self.path), *arguments]
        subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdin=subprocess.DEVNULL
        )


def uv() -> Uv:
    """The system's uv where it is new enough, else our own.

    :raises NoInstaller: with what to install.
    """
    named = os.environ.get("UV")
    candidates = [Path(named)] if named else [Path(shutil.which("uv") or "/nowhere"), _private()]
    for path in candidates:
        if _is_new_enough(path):
            return Uv(path, _environment())
    _install_privately()
    if not _is_new_enough(_private()):
        raise NoInstaller("uv was installed but does not run on this machine.")
    return Uv(_private(), _environment())


def _private() -> Path:
    return PRIVATE / "bin" / "uv"


def _is_new_enough(path: Path) -> bool:
    if not os.access(path, os.X_OK):
        return False
    asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    words = asked.stdout.split()
    if asked.returncode != 0 or len(words) < 2:
        return False
    major, minor, *_ = words[1].split(".")
    return (int(major), int(minor)) >= (0, 9)


def _install_privately() -> None:
    print("Fetching uv into .uv", flush=True)
    shutil.rmtree(PRIVATE, ignore_errors=True)
    if _works("-m", "pip", "--version"):
        _pip(sys.executable, "--target", str(PRIVATE))
    elif _works("-c", "import ensurepip, venv"):
        subprocess.run([sys.executable, "-m", "venv", str(PRIVATE)], check=True)
        _pip(str(PRIVATE / "bin" / "python"))
    elif wheel := _pip_of_debian():
        _pip(sys.executable, "--target", str(PRIVATE), wheel=wheel)
    else:
        raise NoInstaller(
            "This Python has no pip. Install uv, or pip (Debian: apt-get install python3-pip)."
        )


def _works(*arguments: str) -> bool:
    asked = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    return asked.returncode == 0


def _pip(python: str, *where: str, wheel: Path | None = None) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    environment = {**os.environ, "PYTHONPATH": str(wheel)} if wheel else None
    command = [python, "-m", "pip", "install", *quiet, *where, PACKAGE]
    subprocess.run(command, env=environment, check=True)


def _pip_of_debian() -> Path | None:
    """Bare Debian's Python has neither pip nor ensurepip: take pip's wheel out of its package.

    Nothing is installed, so nobody needs to be root; only a machine that never fetched the
    lists of packages needs root once, to fetch them.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    folder = PRIVATE / "debian"
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        _apt(folder, "apt-get", "update")
    if _apt(folder, "apt-get", "download", "python3-pip-whl"):
        for package in folder.glob("*.deb"):
            _apt(folder, "dpkg-deb", "--extract", package.name, ".")
    return next(folder.rglob("pip-*.whl"), None)


def _apt(folder: Path, *command: str) -> bool:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        print(f"  {' '.join(command)}: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """uv does not read pip's settings: pass on a mirror that only pip was told about."""
    environment = {"UV_HTTP_TIMEOUT": "120", "UV_LINK_MODE": "copy", **os.environ}
    environment.pop("VIRTUAL_ENV", None)
    certificates = pip_settings.setting("cert") or machine_certificates()
    if certificates:
        environment.setdefault("SSL_CERT_FILE", certificates)
    if any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        return environment
    for variable, setting in (("UV_DEFAULT_INDEX", "index-url"), ("UV_INDEX", "extra-index-url")):
        value = pip_settings.setting(setting)
        if value:
            environment[variable] = value
    # Hashes decide what may be installed, so any index may deliver it.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def machine_certificates() -> str:
    """Whom this machine trusts, which may be more than a program brings along (a company proxy)."""
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    return str(bundle) if bundle.exists() else ""

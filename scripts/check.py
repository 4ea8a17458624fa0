"""``make check``: every rule that a program can keep, one line each; all run, one verdict.

``make check ARGS="lint types"`` runs some.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.embedded import services
from scripts import assets

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTHON = [sys.executable]
PACKAGES = [
    *("backend", "readers", "live", "payouts", "marketplace", "admin_portal", "demo_readers"),
    *("scripts", "bench", "tests"),
]
# The walks over all doors stand beside the rules, take minutes, and are run by `make test`.
HOUSE_RULES = [
    *("tests/house", "--ignore=tests/house/test_strangers.py"),
    "--ignore-glob=tests/house/test_*openapi*.py",
]
Environment = dict[str, str]


@dataclass(frozen=True)
class Check:
    """One command and what it is for."""

    name: str
    command: list[str]
    environment: Callable[[Environment], Environment]


def main() -> int:
    """0 when everything asked for holds."""
    asked = set(sys.argv[1:])
    chosen = [check for check in _checks() if not asked or check.name in asked]
    with (
        tempfile.TemporaryDirectory(prefix="soulseer-check-") as home,
        services.running(Path(home), durable=False) as addresses,
    ):
        base = {**os.environ, **addresses.environment(), "DATA_DIR": home}
        broken = [check.name for check in chosen if not _holds(check, base)]
    if broken:
        print(f"\nBroken: {', '.join(broken)}")
        return 1
    print(f"\nAll {len(chosen)} checks hold")
    return 0


def _checks() -> list[Check]:
    manage = [*PYTHON, "manage.py"]
    present = [name for name in PACKAGES if any((ROOT / name).rglob("*.py"))]
    checks = [
        Check("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], _development),
        Check(
            "lint",
            [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."],
            _development,
        ),
        Check("types", [str(BIN / "mypy"), "--no-error-summary", *present], _development),
        Check("contracts", [str(BIN / "lint-imports"), "--no-logo"], _development),
        Check(
            "migrations",
            [*manage, "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
            _development,
        ),
        Check("deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], _production),
        Check("house", [str(BIN / "pytest"), "-q", *HOUSE_RULES], _tests),
    ]
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    if compiler.exists() and assets.node_environment() is not None:
        command = [str(compiler), "--project", "tsconfig.json", "--pretty", "false"]
        checks.append(Check("browser", command, _with_node))
    else:
        print("browser       not checked: npm could not fetch the TypeScript compiler here")
    return checks


def _holds(check: Check, base: Environment) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=check.environment(base),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "BROKEN"
    print(f"{check.name:13} {verdict:6} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


def _development(base: Environment) -> Environment:
    return base | {"DEBUG": "1", "STRIPE_WEBHOOK_SECRETS": "whsec_unused"}


def _production(base: Environment) -> Environment:
    """What an operator would set, with values that open nothing."""
    wiped = {name: value for name, value in base.items() if not name.startswith("STRIPE_")}
    return wiped | {
        "DEBUG": "0",
        "DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "https://soulseer.test",
        "ALLOWED_HOSTS": "soulseer.test",
        "TRUSTED_PROXIES": "1",
        "STRIPE_SECRET_KEY": "rk_test_of_a_check",
        "STRIPE_WEBHOOK_SECRETS": "whsec_unused",
        "STRIPE_THIN_WEBHOOK_SECRETS": "whsec_unused",
        "EMAIL_URL": "smtp://localhost:25",
        "ENGINE_GRANT_KEY": secrets.token_urlsafe(50),
    }


def _tests(base: Environment) -> Environment:
    """The tests start servers of their own."""
    dropped = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO", "PORT"}
    return {name: value for name, value in base.items() if name not in dropped}


def _with_node(base: Environment) -> Environment:
    return base | (assets.node_environment() or {})


if __name__ == "__main__":
    sys.exit(main())

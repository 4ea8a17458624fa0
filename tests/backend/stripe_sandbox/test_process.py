"""The process: loopback only, and nothing of the product inside."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import backend.stripe_sandbox
from backend.stripe_sandbox import __main__ as program

FOLDER = Path(backend.stripe_sandbox.__file__).parent
OURS = {"backend", "readers", "live", "payouts", "marketplace", "admin_portal", "django", "stripe"}


def test_it_imports_nothing_of_the_product() -> None:
    for source in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name == "backend.stripe_sandbox" or name.startswith("backend.stripe_sandbox.")
                assert own or name.split(".")[0] not in OURS, f"{source.name} imports {name}"


def test_it_listens_on_the_loopback_address_only() -> None:
    assert program.LOOPBACK == "127.0.0.1"


def test_a_webhook_address_needs_a_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "backend.stripe_sandbox", "--port", "1"]
    command += ["--data-dir", str(tmp_path), "--webhook-url", "http://localhost/"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=FOLDER.parents[1]
    )
    assert done.returncode == 2
    assert "--webhook-secret" in done.stderr

"""The process: loopback only, and nothing of the product inside."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import backend.stripe_sandbox
from backend.stripe_sandbox import __main__ as program
from backend.stripe_sandbox import rate
from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import Sandbox

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


def test_the_clock_can_stand_still_at_a_given_second(sandbox: Sandbox) -> None:
    two_o_clock = sandbox.advance(0) + 5000
    assert sandbox.freeze(at=two_o_clock) == two_o_clock
    time.sleep(1.1)
    assert sandbox.advance(0) == two_o_clock
    assert sandbox.advance(10) == two_o_clock + 10
    assert sandbox.order("clock", frozen=False)["now"] == two_o_clock + 10
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.order("clock", at=two_o_clock)


def test_its_own_rate_can_be_measured(sandbox: Sandbox) -> None:
    assert rate.measure(sandbox.base, requests=40, connections=4) > 0
    listed = sandbox.client().v1.transfers.list(params={"limit": 100}).data
    assert len(listed) == 40


def test_the_curious_see_everything_and_make_it_happen(sandbox: Sandbox) -> None:
    sandbox.pay(checkout(sandbox.client()).id)
    charge = sandbox.client().v1.charges.list().data[0].id
    page = httpx.get(f"{sandbox.base}/_admin").text
    assert f"/_admin/charges/{charge}/dispute" in page
    done = httpx.post(f"{sandbox.base}/_admin/charges/{charge}/dispute")
    assert done.headers["location"] == "/_admin"
    case = sandbox.client().v1.disputes.list().data[0]
    answer = f"{sandbox.base}/_admin/disputes/{case.id}/decide"
    httpx.post(answer, data={"outcome": "won"})
    assert sandbox.client().v1.disputes.retrieve(case.id).status == "won"
    assert httpx.post(answer, data={"outcome": "won"}).status_code == 400

"""Each check says how it is, and one that hangs or fails costs its own line only."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from admin_portal.diagnostics import running
from admin_portal.diagnostics.running import Check
from admin_portal.diagnostics.verdicts import Finding, Verdict
from backend.core import health
from tests import builders
from tests.live.streams.stage import engine_runs
from tests.sandbox_process import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.sandbox]


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    """A table of checks of the test's own."""
    table: dict[str, Check] = {}
    monkeypatch.setattr(running, "CHECKS", table)
    return table


def test_a_house_in_order_says_so(
    staff: Client,
    stripe_process: Sandbox,
    settings: Any,
) -> None:
    settings.STRIPE_API_BASE = stripe_process.base
    settings.STRIPE_SECRET_KEY = stripe_process.secret_key
    health.worker_is_alive()
    engine_runs()

    reports = {one["name"]: one for one in staff.get("/api/v1/diagnostics/").json()}

    said = {name: report["verdict"] for name, report in reports.items()}
    assert said == {
        "database": "ok", "database/latency": "ok", "database/pool": "off", "redis": "ok",
        "channels": "ok", "celery": "ok", "stripe": "ok", "agora": "off", "turn": "off",
        "network": "ok", "ledger-proof": "warn",
    }  # fmt: skip
    assert reports["channels"]["figures"]["echo_ms"] < 2_000
    shown = staff.get("/staff/diagnostics/").content.decode()
    assert shown.count("In order") >= 7
    for secret in (stripe_process.secret_key, settings.SECRET_KEY, settings.REDIS_URL):
        assert secret not in shown


def test_what_is_away_is_down_and_the_rest_is_not(staff: Client, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    settings.TURN_URLS = ["turn:127.0.0.1:9?transport=udp"]
    doors = {name: f"/api/v1/diagnostics/{name}/" for name in ("stripe", "network", "turn")}
    said = {name: staff.get(door).json()["verdict"] for name, door in doors.items()}

    assert said == dict.fromkeys(doors, "down")
    assert staff.get("/api/v1/diagnostics/celery/").json()["words"] == "No worker was seen."
    assert staff.get("/api/v1/diagnostics/redis/").json()["verdict"] == "ok"


def test_a_check_that_hangs_or_fails_costs_its_own_line(
    checks: dict[str, Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LIMIT_SECONDS", 1)
    over = Event()

    def hangs() -> Finding:
        over.wait(30)
        return Finding(Verdict.OK, "Too late")

    def fails() -> Finding:
        raise DatabaseError("password=hunter2")

    for name, ask in (("slow", hangs), ("sick", fails), ("well", lambda: Finding(Verdict.OK, "!"))):
        checks[name] = Check(name, name.title(), ask)
    slow, sick, well = running.run(checks)
    over.set()

    assert (slow.verdict, slow.words) == (Verdict.DOWN, "No answer within 1 s.")
    assert (sick.verdict, sick.words) == (Verdict.DOWN, "It could not be asked (DatabaseError).")
    assert well.verdict is Verdict.OK


def test_an_error_on_purpose_arrives_in_the_log(
    staff: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = staff.post("/api/v1/diagnostics/error-test/")

    assert answer.json()["reported_to"] == ["log"]
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert "error_test" in caplog.text + capsys.readouterr().out


def test_nobody_but_an_admin_asks(settings: Any) -> None:
    careless = builders.staff_browser(builders.an_admin(second_factor=False))

    answer = careless.get("/api/v1/diagnostics/database/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")

"""The environment of a development copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import processes, surroundings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` and nothing in the shell that a developer may have set."""
    for name in ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "STRIPE_WEBHOOK_SECRETS", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("SITE_URL", "DEMO", "DEBUG", "ENGINE_PORT", "ENGINE_GRANT_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", "8100")
    monkeypatch.setattr(surroundings, "ROOT", tmp_path)


def test_secrets_are_made_once_for_a_folder_and_kept_to_its_owner(tmp_path: Path) -> None:
    first = surroundings.environment(tmp_path)
    again = surroundings.environment(tmp_path)
    (tmp_path / "other").mkdir()
    other = surroundings.environment(tmp_path / "other")

    assert first == again
    assert first["SECRET_KEY"] != other["SECRET_KEY"]
    assert first["STRIPE_WEBHOOK_SECRETS"] != other["STRIPE_WEBHOOK_SECRETS"]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_without_a_stripe_key_top_ups_go_to_the_stand_in_on_the_next_port(tmp_path: Path) -> None:
    environment = surroundings.environment(tmp_path)

    assert surroundings.uses_sandbox(environment)
    assert environment["STRIPE_API_BASE"] == "http://127.0.0.1:8101"
    assert "stripe" in _names(environment)


def test_a_stripe_key_in_dotenv_takes_the_stand_in_away(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# mine\nSTRIPE_SECRET_KEY=sk_test_mine\nSTRIPE_WEBHOOK_SECRETS=whsec_mine\nDEMO=\n"
    )
    environment = surroundings.environment(tmp_path)

    assert environment["STRIPE_SECRET_KEY"] == "sk_test_mine"
    assert "STRIPE_API_BASE" not in environment
    assert environment["DEMO"] == "1"
    assert "stripe" not in _names(environment)


def test_the_shell_wins_over_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SITE_URL=http://from.dotenv\n")
    monkeypatch.setenv("SITE_URL", "http://from.shell")

    assert surroundings.environment(tmp_path)["SITE_URL"] == "http://from.shell"


def test_streams_go_over_our_own_engine_two_ports_on(tmp_path: Path) -> None:
    environment = surroundings.environment(tmp_path)

    assert environment["ENGINE_PORT"] == "8102"
    assert len(environment["ENGINE_GRANT_KEY"]) > 32
    assert "live" in _names(environment)


def test_agora_s_keys_take_the_engine_away(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AGORA_APP_ID=a\nAGORA_APP_CERTIFICATE=b\n")

    assert "live" not in _names(surroundings.environment(tmp_path))


def test_a_folder_from_before_a_secret_was_needed_gets_it_and_keeps_the_others(
    tmp_path: Path,
) -> None:
    first = surroundings.environment(tmp_path)
    path = tmp_path / "secrets.json"
    kept = json.loads(path.read_text())
    del kept["engine_grant_key"]
    path.write_text(json.dumps(kept))

    again = surroundings.environment(tmp_path)

    assert again["SECRET_KEY"] == first["SECRET_KEY"]
    assert again["ENGINE_GRANT_KEY"] not in ("", first["ENGINE_GRANT_KEY"])
    assert surroundings.environment(tmp_path) == again
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_the_demo_nobody_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "0")

    assert "readers" not in _names(surroundings.environment(tmp_path))


def test_the_workers_read_every_queue(tmp_path: Path) -> None:
    rows = {name: command for name, command, _ in processes.table(_environment(tmp_path))}

    assert "billing,payments,default" in rows["worker"]
    assert {"web", "worker", "beat"} <= set(rows)


def test_beat_keeps_no_file_that_a_kill_could_spoil(tmp_path: Path) -> None:
    rows = {name: command for name, command, _ in processes.table(_environment(tmp_path))}

    assert "celery.beat.Scheduler" in " ".join(rows["beat"])
    assert "--schedule " not in " ".join(rows["beat"])


def _environment(home: Path) -> dict[str, str]:
    return surroundings.environment(home)


def _names(environment: dict[str, str]) -> set[str]:
    return {name for name, _, _ in processes.table(environment)}

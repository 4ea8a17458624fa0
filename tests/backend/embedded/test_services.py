"""The launcher: two servers that start, stop, survive their own murder and know each other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from backend.embedded import services
from backend.embedded.errors import ServerUnavailable

ROOT = Path(__file__).resolve().parents[3]
NOTHING_GIVEN: dict[str, str] = {}


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded")


def _answers(addresses: services.Addresses) -> bool:
    with psycopg.connect(addresses.database_url) as connection:
        row = connection.execute("SELECT 1").fetchone()
    with redis.Redis.from_url(addresses.redis_url) as client:
        return row == (1,) and bool(client.ping())


def test_both_servers_answer_inside_the_block_and_are_gone_after_it(home: Path) -> None:
    with services.running(home, durable=False, environment=NOTHING_GIVEN) as addresses:
        assert _answers(addresses)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(addresses.database_url)
    with pytest.raises(redis.ConnectionError), redis.Redis.from_url(addresses.redis_url) as client:
        client.ping()


def test_rows_are_there_after_a_restart_which_takes_less_than_a_second(home: Path) -> None:
    with services.running(home, environment=NOTHING_GIVEN) as addresses:
        with psycopg.connect(addresses.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    started = time.monotonic()
    with services.running(home, environment=NOTHING_GIVEN) as addresses:
        took = time.monotonic() - started
        with psycopg.connect(addresses.database_url) as connection:
            row = connection.execute("SELECT n FROM kept").fetchone()

    assert row == (7,)
    assert took < 3  # 0.1 s on a quiet machine; this one runs other tests meanwhile


def test_two_copies_run_side_by_side(home: Path) -> None:
    with services.running(home / "a", durable=False, environment=NOTHING_GIVEN) as first:
        with services.running(home / "b", durable=False, environment=NOTHING_GIVEN) as second:
            assert first.database_url != second.database_url
            assert _answers(first)
            assert _answers(second)


def test_a_second_copy_in_the_same_folder_is_refused_and_hurts_nobody(home: Path) -> None:
    with services.running(home, durable=False, environment=NOTHING_GIVEN) as addresses:
        with pytest.raises(ServerUnavailable, match="Another copy"):
            services.running(home, environment=NOTHING_GIVEN).__enter__()
        assert services.addresses_of_running_copy(home) == addresses
        assert _answers(addresses)

    assert services.addresses_of_running_copy(home) is None


def test_a_forked_child_that_lives_on_does_not_keep_the_folder(home: Path) -> None:
    with services.running(home, durable=False, environment=NOTHING_GIVEN):
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
    try:
        assert services.addresses_of_running_copy(home) is None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_deep_folder_gets_a_socket_that_the_kernel_accepts(home: Path) -> None:
    deep = home.joinpath(*["a-folder-with-a-long-name"] * 5)
    with services.running(deep, durable=False, environment=NOTHING_GIVEN) as addresses:
        assert _answers(addresses)
        socket_dir = Path(addresses.database_url.split("host=")[1])
        assert not socket_dir.is_relative_to(deep)

    assert not socket_dir.exists()


def test_given_addresses_win_and_nothing_is_started(home: Path) -> None:
    given = {"DATABASE_URL": "postgresql:///given", "REDIS_URL": "redis://given"}
    with services.running(home, environment=given) as addresses:
        assert addresses.environment() == given

    assert not (home / "postgres").exists()
    assert not (home / "valkey").exists()


def test_a_killed_launcher_takes_its_servers_along_and_the_next_one_starts(home: Path) -> None:
    launcher = _launch(home)
    addresses = _printed_by(launcher)
    assert _answers(addresses)
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()

    with services.running(home, durable=False, environment=NOTHING_GIVEN) as addresses:
        assert _answers(addresses)


def test_a_pid_file_that_names_a_stranger_does_not_hurt(home: Path) -> None:
    with services.running(home, durable=False, environment=NOTHING_GIVEN):
        pass
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}/postgres\n")
    (home / "vk").mkdir(exist_ok=True)
    (home / "vk" / "valkey.sock").touch()

    with services.running(home, durable=False, environment=NOTHING_GIVEN) as addresses:
        assert _answers(addresses)


def test_the_launcher_alone_prints_addresses_and_ends_on_a_signal(home: Path) -> None:
    launcher = _launch(home)
    addresses = _printed_by(launcher)
    assert _answers(addresses)
    launcher.send_signal(signal.SIGTERM)

    assert launcher.wait(timeout=20) == 0
    assert addresses.as_shell() == (home / "services.env").read_text()


def _launch(home: Path) -> subprocess.Popen[str]:
    variables = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.Popen(
        [sys.executable, "-m", "backend.embedded"],
        cwd=ROOT,
        env=variables | {"DATA_DIR": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _printed_by(launcher: subprocess.Popen[str]) -> services.Addresses:
    """The addresses that a launcher prints first."""
    assert launcher.stdout is not None
    lines = [launcher.stdout.readline().strip() for _ in range(2)]
    database_url, redis_url = (line.split("=", 1)[1].strip("'") for line in lines)
    return services.Addresses(database_url, redis_url)

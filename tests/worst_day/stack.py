"""The product in many processes on servers of its own, all of which may be killed.

Web and sockets apart, two workers, beat, the engine, the stand-in of Stripe: each one a process
that ``kill`` ends as a crash would and that comes back a moment later, as a supervisor would see
to. PostgreSQL is durable, because its crash must lose nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from backend.embedded.postgres import Postgres, binaries
from backend.embedded.valkey import Valkey
from scripts import processes, surroundings
from tests.processes import Process

DATABASE: Final = "worst_day"
BACK_AFTER_SECONDS: Final = 1.0
PORTS: Final = 4  # web, stand-in, engine, sockets
ANSWERS_WITHIN_SECONDS: Final = 60.0
# Short times, so that minutes hold many readings; the rules are those of every day.
TIMES: Final = {
    "METER_STEP_SECONDS": "10",
    "MIN_START_SECONDS": "30",
    "QUOTA_SECONDS": "20",
    "WARN_SECONDS": "12,6",
    "GRACE_SECONDS": "15",
    "PAUSE_BUDGET_SECONDS": "60",
    "RING_SECONDS": "10",
    "CONNECT_SECONDS": "20",
    "FUNDS_GRACE_SECONDS": "8",
    "FUNDS_GRACE_CHECKOUT_SECONDS": "12",
    "HOST_GONE_SECONDS": "864000",
}
# What holds back one person who does in minutes what others do in weeks.
LIMITS: Final = {
    "REQUESTS_MAX": "100000",
    "UNANSWERED_MAX": "100000",
    "TOP_UP_DAILY_CAP_CENTS": "1000000000",
    "LIMIT_API_PER_MINUTE": "100000",
    "LIMIT_AUTH_PER_5_MINUTES": "100000",
    "LIMIT_AUTH_PER_ADDRESS_PER_5_MINUTES": "100000",
    "LIMIT_SOCKETS_PER_MINUTE": "100000",
    "LIMIT_TOP_UPS_PER_HOUR": "100000",
    "LIMIT_PAYMENT_FAILURES_PER_DAY": "100000",
}
_TEST_ONLY: Final = {
    "TRUSTED_PROXIES": "1",
    "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
}


@dataclass
class Product:
    """The running product. ``home`` is a folder of its own; ``port`` the first of four."""

    home: Path
    port: int
    postgres: Postgres = field(init=False)
    valkey: Valkey = field(init=False)
    environment: dict[str, str] = field(init=False)
    running: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.postgres, self.valkey = Postgres(self.home), Valkey(self.home)

    @property
    def url(self) -> str:
        """Where pages and the API are."""
        return f"http://localhost:{self.port}"

    @property
    def sockets_url(self) -> str:
        """Where sockets are."""
        return f"http://localhost:{self.port + 3}"

    @property
    def stripe_url(self) -> str:
        """Where the stand-in of Stripe is."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def clock_file(self) -> Path:
        """The file that moves every clock of the product."""
        return self.home / "clock_ahead"

    def start_servers(self, schema: Path | None) -> None:
        """PostgreSQL and Valkey, and the surroundings of this process pointed at them.

        Before Django reads its settings. ``schema``: a dump of a migrated database, which is
        faster to read than to make.
        """
        self.postgres.start()
        self.valkey.start()
        self.postgres.create(DATABASE)
        if schema is not None:
            psql = str(binaries() / "psql")
            quiet = ["--quiet", "--output", os.devnull, "--set", "ON_ERROR_STOP=1"]
            subprocess.run(
                [psql, self.postgres.url(DATABASE), *quiet, "--file", str(schema)], check=True
            )
        os.environ |= {"PORT": str(self.port), "DATA_DIR": str(self.home)}
        mine = {
            "DATABASE_URL": self.postgres.url(DATABASE),
            "REDIS_URL": self.valkey.url(),
            "REDIS_PREFIX": "worst-day",
            "DEMO": "0",
            "CLOCK_AHEAD_FILE": str(self.clock_file),
            "LIST_ANSWER_SECONDS": "0",
        }
        for name in ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "SITE_URL"):
            os.environ.pop(name, None)
        os.environ |= mine
        self.environment = surroundings.environment(self.home) | TIMES | LIMITS | _TEST_ONLY | mine
        os.environ |= self.environment

    def start(self) -> None:
        """Every process of the product; they answer a few seconds later."""
        for name, command, further in self._table():
            self.running[name] = Process(
                name, command, self.environment | further | {"PYTHONUNBUFFERED": "1"}, self.home
            )
            self.running[name].start()

    def _table(self) -> list[processes.Row]:
        rows = {name: (command, further) for name, command, further in self._ordinary()}
        web, further = rows["web"]
        sockets = [str(self.port + 3) if part == str(self.port) else part for part in web]
        worker, quiet = rows.pop("worker")
        return [
            *((name, command, more) for name, (command, more) in rows.items()),
            ("sockets", sockets, further),
            ("worker-1", [*worker, "--hostname", "one@worst-day"], quiet),
            ("worker-2", [*worker, "--hostname", "two@worst-day"], quiet),
        ]

    def _ordinary(self) -> list[processes.Row]:
        return processes.table(self.environment)

    def stop(self) -> None:
        """Everything, in good order; what does not end is killed."""
        for process in self.running.values():
            if process.child is not None:
                process.child.terminate()
        for process in self.running.values():
            process.stop()
        self.valkey.stop()
        self.postgres.stop()

    # ── Faults ──────────────────────────────────────────────────────────────────────────────
    async def kill(self, name: str) -> None:
        """``kill -9`` of one process; it is started again a second later."""
        await asyncio.to_thread(self.running[name].kill)
        await asyncio.sleep(BACK_AFTER_SECONDS)
        self.running[name].start()

    async def crash_postgres(self) -> None:
        """Stop PostgreSQL in immediate mode and start it again: it recovers from its log."""
        await asyncio.to_thread(self.postgres.crash)
        await asyncio.to_thread(self.postgres.start)

    async def crash_valkey(self) -> None:
        """Kill Valkey and start it again, empty."""
        await asyncio.to_thread(self.valkey.crash)
        await asyncio.to_thread(self.valkey.start)

    def move_clock(self, seconds: float) -> None:
        """Every clock of the product jumps forward at once."""
        ahead = float(self.clock_file.read_text()) if self.clock_file.exists() else 0.0
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(ahead + seconds))
        fresh.replace(self.clock_file)

    @property
    def seconds_ahead(self) -> float:
        """How far the clocks are ahead by now."""
        return float(self.clock_file.read_text()) if self.clock_file.exists() else 0.0

    async def answers(self) -> bool:
        """Whether web (with its servers), sockets and the stand-in answer at this moment."""
        async with httpx.AsyncClient(timeout=2.0, trust_env=False) as http:
            try:
                for address in (
                    f"{self.sockets_url}/healthz",
                    f"{self.stripe_url}/_sandbox/health",
                ):
                    (await http.get(address)).raise_for_status()
                checks = (await http.get(f"{self.url}/readyz")).json()["checks"]
            except (httpx.HTTPError, ValueError, KeyError):
                return False
        # Of the workers it knows by a note that is made every ten seconds.
        return all(passed for name, passed in checks.items() if name != "workers")

    async def until_it_answers(self) -> float:
        """Wait until everything answers; how many seconds that took.

        :raises TimeoutError: it does not within a minute.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not await self.answers():
            if loop.time() - began > ANSWERS_WITHIN_SECONDS:
                raise TimeoutError(f"The product does not answer.\n{self.last_words()}")
            await asyncio.sleep(0.2)
        return loop.time() - began

    def last_words(self) -> str:
        """The ends of all logs."""
        said = []
        for log in sorted(self.home.glob("*.log")):
            with contextlib.suppress(OSError):
                said.append(f"{log.name}: {log.read_text(errors='replace')[-1_500:]}")
        return "\n".join(said)

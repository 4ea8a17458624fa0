"""Two of each process of production, as the compose files start them, and visitors to any."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from django.db import connections
from psycopg import sql
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from backend.accounts.models import User
from scripts.surroundings import ROOT
from tests import builders, composed, servers
from tests.journeys.stack import SHORT_TIMES
from tests.sandbox_process import free_port

HOST: Final = "readings.test"
SITE: Final = f"https://{HOST}"
VALKEY_NUMBER: Final = 14  # beside the one of the other journeys
BEAT_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 30.0
# What the person who deploys writes into `.env`; nobody at Stripe is asked for anything here.
DOTENV: Final = {
    "SITE_URL": SITE,
    "ALLOWED_HOSTS": HOST,
    "SECRET_KEY": secrets.token_urlsafe(50),
    "STRIPE_SECRET_KEY": "sk_test_of_nobody",
    "STRIPE_WEBHOOK_SECRETS": "whsec_of_nobody",
    "STRIPE_THIN_WEBHOOK_SECRETS": "whsec_of_nobody_thin",
    "ENGINE_GRANT_KEY": secrets.token_urlsafe(50),
    "ENGINE_NAT_ADDRESS": "127.0.0.1",
    "POSTGRES_PASSWORD": "any",
    "DOMAIN": HOST,
    "ACME_EMAIL": f"operations@{HOST}",
}


@dataclass
class Copy:
    """One running copy of a service."""

    service: str
    port: int
    child: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it, and what it started, as a machine that is switched off would."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, 9)
        self.child.wait(10)


@dataclass(frozen=True)
class Pair:
    """The copies of each service, by its name, and the database that they share."""

    database: str
    copies: dict[str, list[Copy]] = field(default_factory=dict)

    def __getitem__(self, service: str) -> list[Copy]:
        return self.copies[service]


@contextmanager
def running(home: Path) -> Iterator[Pair]:
    """Everything that the two files name and that is ours, until the block ends."""
    pair = Pair(_database())
    given = _of_this_machine(home, pair.database)
    with ExitStack() as stack:
        for name, service in composed.services().items():
            if service.get("image", "").startswith("soulseer") and name != "migrate":
                count = int(service.get("deploy", {}).get("replicas", 1))
                kind = "live" if name.startswith("live") else name
                for _ in range(count):
                    copy = _start(name, service, given, home)
                    stack.callback(copy.kill)
                    pair.copies.setdefault(kind, []).append(copy)
        for copy in [*pair["web"], *pair["sockets"], *pair["live"]]:
            _wait_for(copy, home)
        yield pair


def _start(name: str, service: composed.Service, given: Mapping[str, str], home: Path) -> Copy:
    port = free_port()
    own = {"LISTEN_PORT": str(port), "ENGINE_PORT": str(port)}
    if name.startswith("live"):
        own["ENGINE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **composed.environment(service, DOTENV), **given, **own}
    program, *arguments = service["command"]
    with (home / f"{name}-{port}.log").open("wb") as log:
        child = subprocess.Popen(
            [str(ROOT / program), *arguments],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return Copy(name, port, child)


def _of_this_machine(home: Path, database: str) -> dict[str, str]:
    """What containers would give, and times that fit into a test."""
    valkey = os.environ["REDIS_URL"]
    if servers.ours("REDIS_URL"):
        valkey = f"{valkey.partition('?')[0]}?db={VALKEY_NUMBER}"
    return {
        **SHORT_TIMES,
        "DATABASE_URL": servers.with_path(os.environ["DATABASE_URL"], database),
        "REDIS_URL": valkey,
        "REDIS_PREFIX": f"pair-{servers.WORKER}-{os.getpid()}",
        "DATA_DIR": str(home),
        "LISTEN_HOST": "127.0.0.1",
        "ENGINE_BIND_ADDRESSES": "127.0.0.1",
        "ENGINE_NAT_ADDRESS": "",
        "ENGINE_LAG_MS_MAX": "2000",
        "EMAIL_VERIFICATION": "optional",
        "STRIPE_API_BASE": "",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
    }


def _database() -> str:
    """A copy of the run's migrated template."""
    base = str(connections["default"].settings_dict["NAME"]).rsplit("_", 1)[0]
    name, template = f"{base}_pair_{servers.WORKER}", f"{base}_template"
    address = servers.with_path(os.environ["DATABASE_URL"], "postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        fresh = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(fresh))
        order = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(order.format(fresh, sql.Identifier(template)))
    return name


def _wait_for(copy: Copy, home: Path) -> None:
    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    until = time.monotonic() + 2 * PATIENCE_SECONDS
    while time.monotonic() < until and copy.child.poll() is None:
        try:
            answer = httpx.get(f"{copy.url}/healthz", headers=headers, timeout=5, trust_env=False)
            answer.raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    log = (home / f"{copy.service}-{copy.port}.log").read_text()[-2_000:]
    raise RuntimeError(f"{copy.service} did not answer.\n{log}")


class Visitor:
    """Somebody signed in, who asks whichever copy of the web they were led to."""

    def __init__(self, user: User) -> None:
        self.user = user
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept": "*/*"}
        self._http = httpx.AsyncClient(headers=headers, timeout=15, trust_env=False)

    async def sign_in(self, web: Copy) -> None:
        said = {"email": self.user.email, "password": builders.PASSWORD}
        pair = await self.ask(web, "POST", "/auth/login/", said)
        self._http.headers["Authorization"] = f"Bearer {pair['access_token']}"

    async def ask(self, web: Copy, method: str, path: str, said: Any = None) -> Any:
        """One request of the API; its answer.

        :raises httpx.HTTPStatusError: it was refused; the text says why.
        """
        key = {"Idempotency-Key": secrets.token_hex(8)}
        answer = await self._http.request(method, f"{web.url}/api/v1{path}", json=said, headers=key)
        if answer.is_error:
            raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)
        return answer.json() if answer.content else None

    async def page(self, web: Copy, path: str) -> httpx.Response:
        """One page, as a stranger sees it."""
        return await self._http.get(f"{web.url}{path}", headers={"Authorization": ""})

    @asynccontextmanager
    async def room(self, web: Copy, sockets: Copy, name: str) -> AsyncIterator[Room]:
        """A socket in a room, on that copy, that beats until it is left."""
        ticket = (await self.ask(web, "POST", "/ws-tickets/", {"room": name}))["ticket"]
        url = f"ws://127.0.0.1:{sockets.port}/ws/v1/{name}/?ticket={ticket}"
        async with connect(url, origin=Origin(SITE), proxy=None) as connection:
            room = Room(connection)
            jobs = [asyncio.create_task(room.beat()), asyncio.create_task(room.listen())]
            try:
                yield room
            finally:
                for job in jobs:
                    job.cancel()

    async def close(self) -> None:
        await self._http.aclose()


class Room:
    """An open socket and all that was heard on it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.heard: list[tuple[str, dict[str, Any]]] = []

    async def say(self, kind: str, **said: Any) -> None:
        await self._connection.send(json.dumps({"type": kind, "data": said}))

    async def hears(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait until a frame of that kind with these fields has come; what it said."""

        def found() -> dict[str, Any] | None:
            said = (one for named, one in self.heard if named == kind)
            return next((one for one in said if fields.items() <= one.items()), None)

        try:
            await until(lambda: found() is not None)
        except TimeoutError:
            raise AssertionError(f"never heard {kind} {fields}, but {self.heard}") from None
        said = found()
        assert said is not None
        return said

    async def beat(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                await self.say("heartbeat", up=True, stats={})
                await asyncio.sleep(BEAT_SECONDS)

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for raw in self._connection:
                frame = json.loads(raw)
                self.heard.append((frame["type"], frame.get("data") or {}))

    async def lost(self) -> None:
        """Until the other end is gone."""
        await asyncio.wait_for(self._connection.wait_closed(), PATIENCE_SECONDS)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true.

    :raises TimeoutError: it does not.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.05)


async def until_asked(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the answer is yes.

    :raises TimeoutError: it never is.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await true():  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.3)

"""The product of B6: one web process, a client, a reader, a fresh accepted reading each time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

_START_SECONDS_MAX = 60


@dataclass(frozen=True)
class Pair:
    """Two people who can meet; cookies sign their browsers in."""

    base: str
    client_cookie: str
    reader_cookie: str
    client_id: str
    reader_id: str


@contextmanager
def serving(port: int) -> Iterator[str]:
    """One uvicorn with pages and sockets on ``port``; DATABASE_URL and REDIS_URL are inherited."""
    base = f"http://localhost:{port}"
    surroundings = {**os.environ, "SITE_URL": base, "DATABASE_POOL": "1", "LOG_LEVEL": "ERROR"}
    flags = f"--port {port} --no-access-log --log-level error --lifespan off"
    flags += " --ws backend.realtime.protocols:SocketProtocol"
    command = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application", *flags.split()]
    server = subprocess.Popen(command, env=surroundings)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield base
    finally:
        server.terminate()
        server.wait(20)


def people(base: str, *, at: datetime) -> Pair:
    """A client with 500 dollars and a reader at 3.99 a minute."""
    from django.conf import settings
    from django.test import Client

    from backend.accounts.models import Role, User
    from backend.ledger import movements
    from readers.services import profiles

    client = User.objects.create_user("client@bench.test", display_name="Client")
    reader = User.objects.create_user("reader@bench.test", display_name="Reader", role=Role.READER)
    profiles.create(user=reader, at=at, published=True)
    profiles.set_rates(reader_id=reader.pk, rates={"video": 399}, at=at)
    movements.top_up(
        client=client, amount_cents=50_000, payment_intent_id="pi_bench", about=uuid4(), at=at
    )

    def cookie(user: User) -> str:
        browser = Client()
        browser.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
        return browser.cookies["sessionid"].value

    return Pair(base, cookie(client), cookie(reader), str(client.pk), str(reader.pk))


def meet(pair: Pair, *, at: datetime) -> str:
    """A fresh accepted video reading of the two; its room's address."""
    from uuid import UUID

    from backend.accounts.models import User
    from backend.realtime import presence
    from live.services import requests
    from readers.services import availability

    client = User.objects.get(pk=pair.client_id)
    reader_id = UUID(pair.reader_id)
    presence.beat(reader_id, at=at)
    availability.set_wish(reader_id=reader_id, wishes={"video": True}, at=at)
    session = requests.request(client=client, reader_id=reader_id, kind="video", at=at)
    requests.accept(session_id=session.pk, at=at)
    return f"{pair.base}/sessions/{session.pk}/"


def part(url: str, *, at: datetime) -> None:
    """End the reading, so that the next one may begin."""
    from uuid import UUID

    from live.services import endings
    from live.states import Peer

    session_id = UUID(url.rstrip("/").rsplit("/", 1)[1])
    endings.hangup(session_id=session_id, peer=Peer.CLIENT, at=at)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS_MAX
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return

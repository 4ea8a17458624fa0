"""The courier: signs waiting events, posts them, and tries again until somebody says 2xx."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time

import httpx

from backend.stripe_sandbox.acts import agendas, core_events, observers
from backend.stripe_sandbox.store import Body, shown
from backend.stripe_sandbox.world import DAY_SECONDS, World

TIMEOUT_SECONDS = 10.0
BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS = 0.5, 60.0
GIVES_UP_AFTER_SECONDS = 3 * DAY_SECONDS
_BATCH = 20
_NAP_SECONDS = 1.0

log = logging.getLogger("stripe_sandbox")


def sign(payload: str, secret: str, at: int) -> str:
    """The ``Stripe-Signature`` header of ``payload``."""
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


async def post(world: World, http: httpx.AsyncClient, event: Body, endpoint: Body) -> str:
    """Sign and send one event once; the status, or the name of what went wrong."""
    modes = world.webhooks
    if event["object"] == "event":
        told, url = observers.present(world, event), endpoint["url"]
    else:
        told, url = core_events.notification(shown(event)), endpoint["sandbox_url"]
    payload = json.dumps(told, indent=2)
    at = int(time.time()) + modes.timestamp_offset
    signature = sign(payload, modes.secret or endpoint["sandbox_secret"], at)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    try:
        answer = await http.post(url, content=payload, headers=headers)
    except httpx.HTTPError as error:
        return type(error).__name__
    return str(answer.status_code)


class Courier:
    """Delivers in the background for as long as the sandbox runs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._bell = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        world.wake = self._bell.set

    async def work(self) -> None:
        """Deliver for ever."""
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            while True:
                self._bell.clear()
                agendas.run_due(self.world)
                batch = [] if self.world.webhooks.stopped else self._due()
                if batch:
                    await asyncio.gather(*(self._deliver(http, *row) for row in batch))
                    continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), _NAP_SECONDS / 4)

    def _due(self) -> list[tuple[int, str, str, int]]:
        order = "DESC" if self.world.webhooks.reorder else "ASC"
        return self.world.store.db.execute(
            "SELECT seq, event, endpoint, tries FROM delivery"  # noqa: S608  (a word of ours)
            f" WHERE state = 'waiting' AND due <= ? ORDER BY seq {order} LIMIT ?",
            [time.time(), _BATCH],
        ).fetchall()

    async def _deliver(
        self, http: httpx.AsyncClient, seq: int, event_id: str, endpoint_id: str, tries: int
    ) -> None:
        event = self.world.store.get(event_id)
        endpoint = self.world.store.get(endpoint_id)
        if event is None or endpoint is None:
            self._note(seq, "lost", tries, "the endpoint is gone")
            return
        modes = self.world.webhooks
        meant = modes.hold_for(event)
        if meant and modes.drop_every and seq % modes.drop_every == 0:
            self._note(seq, "lost", tries, "dropped")
            return
        said = ""
        for _ in range(max(1, modes.duplicate if meant else 1)):
            said = await post(self.world, http, event, endpoint)
        if said.startswith("2"):
            self._note(seq, "delivered", tries + 1, said)
        else:
            self._again(seq, event, tries + 1, said)

    def _again(self, seq: int, event: Body, tries: int, said: str) -> None:
        made = int(event.get("sandbox_created") or event["created"])
        if self.world.now() - made > GIVES_UP_AFTER_SECONDS:
            self._note(seq, "failed", tries, said)
            return
        wait = min(BACKOFF_FIRST_SECONDS * 2 ** (tries - 1), BACKOFF_MAX_SECONDS)
        self.world.store.db.execute(
            "UPDATE delivery SET tries = ?, answer = ?, due = ? WHERE seq = ?",
            [tries, said, time.time() + wait, seq],
        )
        log.info("webhook %s refused (%s), again in %.1f s", event["id"], said, wait)

    def _note(self, seq: int, state: str, tries: int, said: str) -> None:
        self.world.store.db.execute(
            "UPDATE delivery SET state = ?, tries = ?, answer = ? WHERE seq = ?",
            [state, tries, said, seq],
        )

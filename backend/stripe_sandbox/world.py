"""The state that every act works on: objects, the virtual clock, ids, and what is announced."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.faults import Faults, WebhookModes
from backend.stripe_sandbox.store import Body, Store

API_VERSION = "2026-10-28.endive"
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Caller:
    """Who asks: kept in events as Stripe does."""

    request_id: str | None = None
    idempotency_key: str | None = None
    account: str | None = None


_NOBODY = Caller()
caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


@dataclass
class World:
    """One sandbox. ``base_url`` is where its own pages are reachable."""

    store: Store
    base_url: str
    faults: Faults = field(default_factory=Faults)
    webhooks: WebhookModes = field(default_factory=WebhookModes)
    wake: Callable[[], None] = lambda: None

    def now(self) -> int:
        """The virtual time: Unix seconds, never going back."""
        return int(time.time() + self.store.fact("clock_ahead", 0))

    def advance(self, seconds: float) -> int:
        """Move the virtual clock forward."""
        self.store.remember("clock_ahead", self.store.fact("clock_ahead", 0) + seconds)
        return self.now()

    def new_id(self, prefix: str, length: int = 24) -> str:
        """The next id, a function of the seed alone."""
        seed = self.store.fact("seed")
        if seed is None:
            self.store.remember("seed", seed := secrets.token_hex(8))
        number = self.store.fact("ids", 0) + 1
        self.store.remember("ids", number)
        digest = hashlib.sha512(f"{seed}:{number}".encode()).digest()
        letters = base64.b64encode(digest, altchars=b"AZ").decode().rstrip("=")
        return f"{prefix}_{letters[:length]}"

    def need(self, kind: str, object_id: str, param: str = "id") -> Body:
        """The object.

        :raises errors.ApiError: 404, there is none.
        """
        found = self.store.get(object_id, kind)
        if found is None or found.get("deleted"):
            raise errors.missing(kind, object_id, param)
        return found

    def announce(self, kind: str, body: Body, before: Body | None = None) -> Body:
        """Keep an event of type ``kind`` about ``body`` and queue it for every endpoint."""
        asked = caller.get()
        shown: dict[str, Any] = {"object": body}
        if before is not None:
            shown["previous_attributes"] = before
        event = self.store.add(
            "event",
            {
                "id": self.new_id("evt"),
                "object": "event",
                "account": None,
                "api_version": API_VERSION,
                "created": self.now(),
                "data": shown,
                "livemode": False,
                "pending_webhooks": 0,
                "request": {"id": asked.request_id, "idempotency_key": asked.idempotency_key},
                "type": kind,
            },
        )
        self.queue(event)
        return event

    def queue(self, event: Body) -> None:
        """Queue an event for every endpoint that wants it."""
        for endpoint in self.store.all("webhook_endpoint"):
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or event["type"] in wanted):
                self.store.db.execute(
                    "INSERT INTO delivery (event, endpoint, due) VALUES (?, ?, ?)",
                    [event["id"], endpoint["id"], time.time() + self.webhooks.delay],
                )
        self.wake()

"""The state that every act works on: objects, the virtual clock, ids, and what is announced."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.faults import Faults, WebhookModes
from backend.stripe_sandbox.store import Body, Store, shown

API_VERSION = "2026-10-28.endive"
DAY_SECONDS = 86_400


def instant(second: int) -> str:
    """A time as the second API writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


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
        frozen: float | None = self.store.fact("clock_frozen")
        return int(frozen if frozen is not None else time.time() + self._ahead())

    def _ahead(self) -> float:
        return float(self.store.fact("clock_ahead", 0))

    def advance(self, seconds: float) -> int:
        """Move the virtual clock forward."""
        frozen = self.store.fact("clock_frozen")
        if frozen is None:
            self.store.remember("clock_ahead", self._ahead() + seconds)
        else:
            self.store.remember("clock_frozen", frozen + seconds)
        return self.now()

    def freeze(self, *, frozen: bool) -> None:
        """Let the virtual clock stand still, or go on from where it stood."""
        now = self.now()
        self.store.remember("clock_ahead", now - time.time())
        self.store.remember("clock_frozen", now if frozen else None)

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

    def later(self, seconds: float, act: str, object_id: str) -> None:
        """Let ``acts.agendas`` do ``act`` to an object once the clock has gone on that far."""
        self.store.db.execute(
            "INSERT INTO agenda (at, act, object) VALUES (?, ?, ?)",
            [int(self.now() + seconds), act, object_id],
        )

    def announce(
        self, kind: str, body: Body, before: Body | None = None, account: str | None = None
    ) -> Body:
        """Keep an event of type ``kind`` about ``body`` and queue it for whoever wants it.

        ``account`` is the connected account that it happened to; None is the platform.
        """
        asked = caller.get()
        told: dict[str, Any] = {"object": shown(body)}
        if before is not None:
            told["previous_attributes"] = before
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "account": account,
            "api_version": API_VERSION,
            "created": self.now(),
            "data": told,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": asked.request_id, "idempotency_key": asked.idempotency_key},
            "type": kind,
        }
        self.store.add("event", event, account)
        self.queue(event)
        return event

    def tell(self, kind: str, account: str, named: Body | None = None) -> Body:
        """Keep a thin event about a connected account; ``named`` is its ``data``."""
        asked = caller.get()
        request = {"id": asked.request_id, "idempotency_key": asked.idempotency_key or ""}
        event: Body = {
            "id": self.new_id("evt_test"),
            "object": "v2.core.event",
            "context": None,
            "created": instant(self.now()),
            "livemode": False,
            "reason": {"type": "request", "request": request} if asked.request_id else None,
            "related_object": {
                "id": account,
                "type": "v2.core.account",
                "url": f"/v2/core/accounts/{account}",
            },
            "type": kind,
            "sandbox_created": self.now(),
        }
        if named is not None:
            event["data"] = named
        self.store.add("v2.core.event", event)
        self.queue(event)
        return event

    def queue(self, event: Body) -> None:
        """Queue an event for every endpoint or destination that wants it."""
        for endpoint in self.takers(event):
            self.store.db.execute(
                "INSERT INTO delivery (event, endpoint, due) VALUES (?, ?, ?)",
                [event["id"], endpoint["id"], time.time() + self.webhooks.delay_of(event)],
            )
        self.wake()

    def takers(self, event: Body) -> list[Body]:
        """The endpoints or destinations that want an event."""
        kind = "webhook_endpoint" if event["object"] == "event" else "v2.core.event_destination"
        enabled = (to for to in self.store.all(kind) if to["status"] == "enabled")
        return [to for to in enabled if _wants(to, event)]


def _wants(endpoint: Body, event: Body) -> bool:
    """Connect endpoints hear of connected accounts, others of the platform; ours of both."""
    wanted = endpoint["enabled_events"]
    if "*" not in wanted and event["type"] not in wanted:
        return False
    connect = endpoint.get("sandbox_connect")
    return connect is None or connect == bool(event.get("account"))

"""The product and the Stripe stand-in, talking to each other over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient, WebhookSignature

from backend.accounts.models import User
from backend.inbox import services as inbox
from backend.ledger import selectors as ledger
from payouts.models import ReconIssue, TopUp
from payouts.services import topups
from tests import builders
from tests.sandbox_process import SECRET_KEY, WEBHOOK_SECRET, Sandbox, sandbox, stripe_process

__all__ = ["sandbox", "stripe_process"]
GOOD, TO_THE_BANK = "4242424242424242", "4000002500003155"


@pytest.fixture
def at() -> datetime:
    """The real time: the stand-in compares it with its own."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def stripe(sandbox: Sandbox, settings: Any) -> StripeClient:
    """The product's settings point at the stand-in; the SDK to look behind the curtain."""
    settings.STRIPE_API_BASE = sandbox.base
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    return sandbox.client()


@pytest.fixture
def client_user(db: None, at: datetime) -> User:
    """A client without money."""
    return builders.a_client(at=at)


@dataclass
class Till:
    """One client adding money, the stand-in, and every road by which the money may arrive."""

    client: User
    sandbox: Sandbox
    stripe: StripeClient
    at: datetime

    def start(self, cents: int = 2000, key: str = "k") -> TopUp:
        """Open a hosted page."""
        return topups.start(client=self.client, key=key, amount_cents=cents, at=self.at)

    def pay(self, top_up: TopUp, card: str = GOOD) -> dict[str, Any]:
        """What the hosted page does; the payment as it is then."""
        assert top_up.checkout_session_id
        paid: dict[str, Any] = self.sandbox.pay(top_up.checkout_session_id, card)
        return dict(paid["payment_intent"])

    def hear(self, *types: str) -> int:
        """Put Stripe's events (of these types, or all) into the inbox and work through them."""
        events = self.stripe.v1.events.list(params={"limit": 100}).data
        for event in reversed(events):
            if not types or event.type in types:
                self.receive(event)
        return self.work()

    def receive(self, event: sdk.Event) -> bool:
        """Put one event into the inbox."""
        return inbox.receive(
            source="stripe",
            external_id=event.id,
            type=event.type,
            object_id=event.data.object["id"],
            livemode=event.livemode,
            payload=event.to_dict(),
            at=self.at,
        )

    def work(self, later: timedelta = timedelta(0)) -> int:
        """Work through the inbox; what came over HTTP came at the real time."""
        return inbox.work_due(at=datetime.now(UTC) + later)

    @property
    def cash_cents(self) -> int:
        """What the client's wallet holds."""
        return ledger.balance_of(self.client.pk).cash_cents

    def assert_nothing_moved(self) -> None:
        """The wallet is empty, nothing was set aside, and no issue was raised."""
        assert self.cash_cents == 0
        assert ledger.activity_of(self.client.pk) == []
        assert not any(ledger.platform_cents().values())
        assert not ReconIssue.objects.exists()


@pytest.fixture
def till(client_user: User, sandbox: Sandbox, stripe: StripeClient, at: datetime) -> Till:
    """A client at the till."""
    return Till(client_user, sandbox, stripe, at)


@pytest.fixture
def webhook_url(live_server: Any, till: Till, settings: Any) -> str:
    """The product behind a real port, told of every event by the stand-in."""
    url = f"{live_server.url}/webhooks/stripe/"
    endpoint = till.stripe.v1.webhook_endpoints.create(params={"url": url, "enabled_events": ["*"]})
    settings.STRIPE_WEBHOOK_SECRETS = [endpoint.secret]
    return url


Send = Callable[..., httpx.Response]


@pytest.fixture
def send(live_server: Any, stripe: StripeClient) -> Send:
    """Post a webhook ourselves: ``send(body, secret=…, at=…)``."""

    def post(
        body: bytes | str,
        *,
        at: datetime | None = None,
        secret: str = WEBHOOK_SECRET,
        header: str | None = None,
        content_type: str = "application/json",
    ) -> httpx.Response:
        raw = body.encode() if isinstance(body, str) else body
        moment = int((at or datetime.now(UTC)).timestamp())
        if header is None:
            text = raw.decode("utf-8", "replace")
            header = WebhookSignature.generate_signature_header(text, secret, timestamp=moment)
        return httpx.post(
            f"{live_server.url}/webhooks/stripe/",
            content=raw,
            headers={"Content-Type": content_type, "Stripe-Signature": header},
        )

    return post

"""Webhooks as a shop receives them: signed, retried, and wrong in every way Stripe warns of."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import RECIPIENT, checkout
from tests.sandbox_process import THIN_WEBHOOK_SECRET, Sandbox, running

pytestmark = pytest.mark.sandbox
ABLE = "v2.core.account[configuration.recipient].capability_status_updated"


class Shop:
    """A receiver that remembers what it was sent and answers ``statuses`` in turn, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.taken: list[tuple[bytes, str]] = []
        shop = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.taken.append((body, self.headers["Stripe-Signature"]))
                self.send_response(shop.statuses.pop(0) if shop.statuses else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.taken]


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever, daemon=True)
    thread.start()
    yield shop
    shop.server.shutdown()
    thread.join()


@pytest.fixture
def secret(stripe: StripeClient, shop: Shop) -> str:
    endpoint = stripe.v1.webhook_endpoints.create(
        params={"url": shop.url, "enabled_events": ["customer.created"]}
    )
    return str(endpoint.secret)


def _fits(stripe: StripeClient, taken: tuple[bytes, str], secret: str) -> bool:
    try:
        stripe.construct_event(taken[0], taken[1], secret)
    except sdk.SignatureVerificationError:
        return False
    return True


def test_events_are_signed_as_the_sdk_expects(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    stripe.v1.customers.create(params={})
    checkout(stripe)
    sandbox.settle()
    assert shop.types() == ["customer.created"]
    assert _fits(stripe, shop.taken[0], secret)
    assert not _fits(stripe, shop.taken[0], "whsec_other")


def test_an_event_is_sent_again_until_it_is_taken(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    shop.statuses = [500, 400]
    stripe.v1.customers.create(params={})
    undelivered = {"delivery_success": False}
    assert len(stripe.v1.events.list(params=undelivered).data) == 1
    sandbox.settle()
    assert len(shop.taken) == 3
    assert stripe.v1.events.list(params=undelivered).data == []


def test_webhooks_can_be_doubled_shuffled_dropped_and_badly_signed(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    sandbox.webhooks(duplicate=3)
    stripe.v1.customers.create(params={})
    sandbox.settle()
    assert len({body for body, _ in shop.taken}) == 1
    assert len(shop.taken) == 3

    shop.taken.clear()
    sandbox.webhooks(duplicate=1, secret="whsec_wrong")
    stripe.v1.customers.create(params={})
    sandbox.settle()
    assert not _fits(stripe, shop.taken[0], secret)

    shop.taken.clear()
    sandbox.webhooks(secret="", timestamp_offset=-400)
    stripe.v1.customers.create(params={})
    sandbox.settle()
    assert not _fits(stripe, shop.taken[0], secret)

    shop.taken.clear()
    sandbox.webhooks(timestamp_offset=0, drop_every=1)
    stripe.v1.customers.create(params={})
    sandbox.settle()
    assert shop.taken == []


def test_a_stopped_courier_loses_nothing(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    sandbox.webhooks(stopped=True)
    stripe.v1.customers.create(params={})
    assert shop.taken == []
    sandbox.webhooks(stopped=False)
    sandbox.settle()
    assert len(shop.taken) == 1


def test_a_delay_is_skipped_by_advancing_the_clock(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    sandbox.webhooks(delay=3600)
    stripe.v1.customers.create(params={})
    sandbox.advance(3600)
    sandbox.settle()
    assert len(shop.taken) == 1


def test_an_event_can_be_sent_again_by_hand(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    stripe.v1.customers.create(params={})
    event = stripe.v1.events.list(params={"type": "customer.*"}).data[0]
    sandbox.order(f"events/{event.id}/redeliver")
    sandbox.settle()
    assert len(shop.taken) == 2


def test_events_can_be_sent_in_any_order(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop, secret: str
) -> None:
    sandbox.webhooks(stopped=True)
    for name in ("a", "b", "c"):
        stripe.v1.customers.create(params={"name": name})
    events = {e.data.object["name"]: e.id for e in stripe.v1.events.list().data}
    assert sandbox.deliver(events["c"], events["a"], events["b"], events["a"]) == ["200"] * 4
    names = [json.loads(body)["data"]["object"]["name"] for body, _ in shop.taken]
    assert names == ["c", "a", "b", "a"]


def test_only_some_events_may_go_wrong(sandbox: Sandbox, stripe: StripeClient, shop: Shop) -> None:
    stripe.v1.webhook_endpoints.create(params={"url": shop.url, "enabled_events": ["*"]})
    sandbox.webhooks(drop_every=1, only="customer.created")
    customer = stripe.v1.customers.create(params={})
    stripe.v1.customers.update(customer.id, params={"name": "Maya"})
    sandbox.settle()
    assert shop.types() == ["customer.updated"]


def test_connected_accounts_have_endpoints_of_their_own(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop
) -> None:
    everything: Any = {"url": shop.url, "enabled_events": ["*"], "connect": True}
    stripe.v1.webhook_endpoints.create(params=everything)
    stripe.v1.customers.create(params={})
    account = stripe.v1.accounts.create(
        params={"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    sandbox.onboard(account.id)
    sandbox.settle()
    assert sorted(shop.types()) == ["account.updated", "capability.updated"]
    assert {json.loads(body)["account"] for body, _ in shop.taken} == {account.id}


def test_thin_events_name_what_changed_and_no_more(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop
) -> None:
    destination: Any = stripe.v2.core.event_destinations.create(
        params={
            "name": "accounts",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": [ABLE],
            "webhook_endpoint": {"url": shop.url},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    account = stripe.v2.core.accounts.create(params=RECIPIENT)
    sandbox.onboard(account.id)
    sandbox.settle()
    ((body, signature),) = shop.taken
    secret = destination.webhook_endpoint.signing_secret
    told: Any = stripe.parse_event_notification(body, signature, secret)
    assert (told.type, told.related_object.id) == (ABLE, account.id)
    assert "data" not in json.loads(body)
    assert told.fetch_related_object().id == account.id
    assert told.fetch_event().data.updated_capability == "stripe_balance.stripe_transfers"
    with pytest.raises(ValueError, match="parse_event_notification"):
        stripe.construct_event(body, signature, secret)


def test_a_silent_destination_is_sent_nothing(
    sandbox: Sandbox, stripe: StripeClient, shop: Shop
) -> None:
    destination = stripe.v2.core.event_destinations.create(
        params={
            "name": "accounts",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["*"],
            "webhook_endpoint": {"url": shop.url},
        }
    )
    stripe.v2.core.event_destinations.disable(destination.id)
    stripe.v2.core.accounts.create(params=RECIPIENT)
    stripe.v2.core.event_destinations.enable(destination.id)
    stripe.v2.core.event_destinations.delete(destination.id)
    stripe.v2.core.accounts.create(params=RECIPIENT)
    sandbox.settle()
    assert shop.taken == []


def test_the_command_line_names_both_addresses(shop: Shop, tmp_path: Path) -> None:
    with running(tmp_path, webhook_url=shop.url, thin_webhook_url=shop.url) as sandbox:
        stripe = sandbox.client()
        reader = stripe.v2.core.accounts.create(params=RECIPIENT).id
        sandbox.settle()
        ((body, signature),) = shop.taken
        told: Any = stripe.parse_event_notification(body, signature, THIN_WEBHOOK_SECRET)
        assert told.related_object.id == reader

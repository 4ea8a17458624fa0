"""The API, one line per endpoint: what it accepts and which act answers.

Anything not listed is refused. ``tests/backend/stripe_sandbox`` checks every parameter against
the SDK's own types.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.stripe_sandbox import specs
from backend.stripe_sandbox.acts import (
    accounts,
    balances,
    checkouts,
    customers,
    intents,
    lists,
    observers,
    refunds,
    transfers,
)
from backend.stripe_sandbox.parameters import MAP, Many

Act = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Endpoint:
    """One door of the API; ``path`` names its parts in braces."""

    method: str
    path: str
    act: Act
    accepts: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def spec(self) -> dict[str, Any]:
        """The accepted parameters; every endpoint but a deletion can expand."""
        return self.accepts if self.method == "DELETE" else {**self.accepts, "expand": Many(str)}

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The named parts of ``path`` if this is its endpoint."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path) if method == self.method else None
        return found.groupdict() if found else None


def _crud(path: str, act: Any, name: str, update: dict[str, Any]) -> list[Endpoint]:
    one = f"{path}/{{{name}}}"
    return [Endpoint("GET", one, act.retrieve), Endpoint("POST", one, act.update, update)]


def _listing(kind: str, path: str, **filters: Any) -> Endpoint:
    return Endpoint("GET", path, lists.of(kind, path), {**specs.PAGE, **filters})


ENDPOINTS: list[Endpoint] = [
    Endpoint("POST", "/v1/customers", customers.create, specs.CUSTOMER),
    _listing("customer", "/v1/customers", email=str),
    *_crud("/v1/customers", customers, "customer", specs.CUSTOMER),
    Endpoint("DELETE", "/v1/customers/{customer}", customers.delete),
    Endpoint(
        "GET",
        "/v1/customers/{customer}/payment_methods",
        lists.of("payment_method", "/v1/customers/{customer}/payment_methods"),
        {**specs.CURSORS, "type": str},
    ),
    Endpoint(
        "POST",
        "/v1/payment_methods",
        customers.create_method,
        specs.PAYMENT_METHOD,
        ("type", "card.number"),
    ),
    Endpoint("GET", "/v1/payment_methods/{method}", customers.retrieve_method),
    Endpoint(
        "POST",
        "/v1/payment_methods/{method}/attach",
        customers.attach,
        {"customer": str},
        ("customer",),
    ),
    Endpoint("POST", "/v1/payment_methods/{method}/detach", customers.detach),
    Endpoint(
        "POST",
        "/v1/payment_intents",
        intents.create,
        specs.INTENT_CREATE,
        ("amount", "currency"),
    ),
    _listing("payment_intent", "/v1/payment_intents", customer=str),
    *_crud("/v1/payment_intents", intents, "intent", specs.INTENT_UPDATE),
    Endpoint("POST", "/v1/payment_intents/{intent}/confirm", intents.confirm, specs.INTENT_CONFIRM),
    Endpoint(
        "POST",
        "/v1/payment_intents/{intent}/cancel",
        intents.cancel,
        {"cancellation_reason": specs.CANCELLATION_REASON},
    ),
    Endpoint(
        "POST",
        "/v1/checkout/sessions",
        checkouts.create,
        specs.CHECKOUT,
        ("mode", "line_items", "success_url"),
    ),
    _listing(
        "checkout.session",
        "/v1/checkout/sessions",
        customer=str,
        payment_intent=str,
        status=specs.CHECKOUT_STATUS,
    ),
    Endpoint("GET", "/v1/checkout/sessions/{session}", checkouts.retrieve),
    Endpoint("POST", "/v1/checkout/sessions/{session}/expire", checkouts.expire),
    _listing("charge", "/v1/charges", customer=str, payment_intent=str, transfer_group=str),
    Endpoint("GET", "/v1/charges/{charge}", lambda w, a, charge: w.need("charge", charge)),
    Endpoint("POST", "/v1/refunds", refunds.create, specs.REFUND),
    _listing("refund", "/v1/refunds", charge=str, payment_intent=str),
    Endpoint("GET", "/v1/refunds/{refund}", refunds.retrieve),
    Endpoint("GET", "/v1/balance", balances.balance),
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        lists.balance_transactions,
        {**specs.PAGE, "currency": str, "source": str, "type": str},
    ),
    Endpoint("GET", "/v1/balance_transactions/{transaction}", balances.retrieve),
    Endpoint(
        "GET",
        "/v1/events",
        lists.events,
        {**specs.PAGE, "type": str, "types": Many(str), "delivery_success": bool},
    ),
    Endpoint("GET", "/v1/events/{event}", observers.retrieve_event),
    Endpoint(
        "POST",
        "/v1/webhook_endpoints",
        observers.create,
        specs.ENDPOINT_CREATE,
        ("url", "enabled_events"),
    ),
    Endpoint(
        "GET",
        "/v1/webhook_endpoints",
        lists.of("webhook_endpoint", "/v1/webhook_endpoints"),
        specs.CURSORS,
    ),
    *_crud("/v1/webhook_endpoints", observers, "endpoint", specs.ENDPOINT_UPDATE),
    Endpoint("DELETE", "/v1/webhook_endpoints/{endpoint}", observers.delete),
    Endpoint(
        "POST",
        "/v1/transfers",
        transfers.create,
        specs.TRANSFER,
        ("amount", "currency", "destination"),
    ),
    _listing("transfer", "/v1/transfers", destination=str, transfer_group=str),
    Endpoint("GET", "/v1/transfers/{transfer}", transfers.retrieve),
    Endpoint("POST", "/v1/transfers/{transfer}/reversals", transfers.reverse, specs.REVERSAL),
    Endpoint(
        "GET",
        "/v1/transfers/{transfer}/reversals",
        lists.of("transfer_reversal", "/v1/transfers/{transfer}/reversals"),
        specs.CURSORS,
    ),
    Endpoint("POST", "/v1/accounts", accounts.create, specs.ACCOUNT),
    *_crud("/v1/accounts", accounts, "account", {"email": str, "metadata": MAP}),
    Endpoint(
        "POST",
        "/v1/account_links",
        accounts.link,
        specs.ACCOUNT_LINK,
        ("account", "type", "return_url", "refresh_url"),
    ),
]


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint for a request, with the named parts of its path."""
    for endpoint in ENDPOINTS:
        parts = endpoint.match(method, path)
        if parts is not None:
            return endpoint, parts
    return None

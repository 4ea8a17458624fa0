"""Money back, money in the balance, and what is told about it: refunds, disputes, events."""

from __future__ import annotations

from backend.stripe_sandbox import specs
from backend.stripe_sandbox.acts import (
    balances,
    disputes,
    files,
    fraud_warnings,
    lists,
    observers,
    payouts,
    refunds,
    reviews,
)
from backend.stripe_sandbox.parameters import MAP, Many
from backend.stripe_sandbox.routing import Endpoint, crud, listing

MONEY: list[Endpoint] = [
    Endpoint("POST", "/v1/refunds", refunds.create, specs.REFUND),
    listing("refund", "/v1/refunds", charge=str, payment_intent=str),
    *crud("/v1/refunds", refunds, "refund", {"metadata": MAP}),
    listing("dispute", "/v1/disputes", charge=str, payment_intent=str),
    *crud("/v1/disputes", disputes, "dispute", specs.DISPUTE_UPDATE),
    Endpoint("POST", "/v1/disputes/{dispute}/close", disputes.close),
    listing(fraud_warnings.KIND, "/v1/radar/early_fraud_warnings", charge=str, payment_intent=str),
    Endpoint("GET", "/v1/radar/early_fraud_warnings/{warning}", fraud_warnings.retrieve),
    listing("review", "/v1/reviews"),
    Endpoint("GET", "/v1/reviews/{review}", reviews.retrieve),
    Endpoint("POST", "/v1/reviews/{review}/approve", reviews.approve),
    Endpoint("GET", "/v1/files/{file}", files.retrieve),
    Endpoint("GET", "/v1/balance", balances.balance),
    Endpoint("GET", "/v1/balance_settings", payouts.settings),
    Endpoint("POST", "/v1/balance_settings", payouts.settings, specs.BALANCE_SETTINGS),
    Endpoint("POST", "/v1/payouts", payouts.create, specs.PAYOUT, ("amount", "currency")),
    listing("payout", "/v1/payouts", status=specs.PAYOUT_STATUS),
    *crud("/v1/payouts", payouts, "payout", {"metadata": MAP}),
    Endpoint("POST", "/v1/payouts/{payout}/cancel", payouts.cancel),
    listing("topup", "/v1/topups"),
    Endpoint("GET", "/v1/topups/{topup}", lambda w, a, topup: w.need("topup", topup)),
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
    *crud("/v1/webhook_endpoints", observers, "endpoint", specs.ENDPOINT_UPDATE),
    Endpoint("DELETE", "/v1/webhook_endpoints/{endpoint}", observers.delete),
]

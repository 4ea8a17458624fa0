"""Taking money: customers, saved cards, intents, Checkout, charges."""

from __future__ import annotations

from backend.stripe_sandbox import specs
from backend.stripe_sandbox.acts import checkouts, customers, intents, lists, setups
from backend.stripe_sandbox.routing import Endpoint, crud, listing

PAYMENTS: list[Endpoint] = [
    Endpoint("POST", "/v1/customers", customers.create, specs.CUSTOMER),
    listing("customer", "/v1/customers", email=str),
    *crud("/v1/customers", customers, "customer", specs.CUSTOMER_UPDATE),
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
    Endpoint(
        "GET",
        "/v1/customers/{customer}/payment_methods/{method}",
        customers.retrieve_own_method,
    ),
    Endpoint(
        "GET",
        "/v1/payment_methods",
        lists.of("payment_method", "/v1/payment_methods"),
        {**specs.CURSORS, "customer": str, "type": str},
    ),
    Endpoint("GET", "/v1/payment_methods/{method}", customers.retrieve_method),
    Endpoint(
        "POST",
        "/v1/payment_methods/{method}",
        customers.update_method,
        specs.PAYMENT_METHOD_UPDATE,
    ),
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
    listing("payment_intent", "/v1/payment_intents", customer=str),
    *crud("/v1/payment_intents", intents, "intent", specs.INTENT_UPDATE),
    Endpoint("POST", "/v1/payment_intents/{intent}/confirm", intents.confirm, specs.INTENT_CONFIRM),
    Endpoint(
        "POST",
        "/v1/payment_intents/{intent}/cancel",
        intents.cancel,
        {"cancellation_reason": specs.CANCELLATION_REASON},
    ),
    Endpoint("POST", "/v1/setup_intents", setups.create, specs.SETUP_CREATE),
    listing("setup_intent", "/v1/setup_intents", customer=str, payment_method=str),
    *crud("/v1/setup_intents", setups, "setup", specs.SETUP_UPDATE),
    Endpoint("POST", "/v1/setup_intents/{setup}/confirm", setups.confirm, specs.SETUP_CONFIRM),
    Endpoint(
        "POST",
        "/v1/setup_intents/{setup}/cancel",
        setups.cancel,
        {"cancellation_reason": specs.SETUP_CANCELLATION_REASON},
    ),
    Endpoint(
        "POST",
        "/v1/checkout/sessions",
        checkouts.create,
        specs.CHECKOUT,
        ("mode", "success_url"),
    ),
    listing(
        "checkout.session",
        "/v1/checkout/sessions",
        customer=str,
        payment_intent=str,
        status=specs.CHECKOUT_STATUS,
    ),
    Endpoint("GET", "/v1/checkout/sessions/{session}", checkouts.retrieve),
    Endpoint("POST", "/v1/checkout/sessions/{session}/expire", checkouts.expire),
    listing("charge", "/v1/charges", customer=str, payment_intent=str, transfer_group=str),
    Endpoint("GET", "/v1/charges/{charge}", lambda w, a, charge: w.need("charge", charge)),
]

"""Every answer and every accepted parameter, against the SDK's own types."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from stripe import StripeClient

from backend.stripe_sandbox.endpoints import ENDPOINTS, Endpoint
from backend.stripe_sandbox.parameters import Either, Many
from tests.backend.stripe_sandbox import sdk_types
from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox

PARAMS = {
    "POST /v1/customers": "CustomerCreateParams",
    "GET /v1/customers": "CustomerListParams",
    "GET /v1/customers/{customer}": "CustomerRetrieveParams",
    "POST /v1/customers/{customer}": "CustomerUpdateParams",
    "GET /v1/customers/{customer}/payment_methods": "CustomerPaymentMethodListParams",
    "POST /v1/payment_methods": "PaymentMethodCreateParams",
    "GET /v1/payment_methods/{method}": "PaymentMethodRetrieveParams",
    "POST /v1/payment_methods/{method}/attach": "PaymentMethodAttachParams",
    "POST /v1/payment_methods/{method}/detach": "PaymentMethodDetachParams",
    "POST /v1/payment_intents": "PaymentIntentCreateParams",
    "GET /v1/payment_intents": "PaymentIntentListParams",
    "GET /v1/payment_intents/{intent}": "PaymentIntentRetrieveParams",
    "POST /v1/payment_intents/{intent}": "PaymentIntentUpdateParams",
    "POST /v1/payment_intents/{intent}/confirm": "PaymentIntentConfirmParams",
    "POST /v1/payment_intents/{intent}/cancel": "PaymentIntentCancelParams",
    "POST /v1/checkout/sessions": "checkout.SessionCreateParams",
    "GET /v1/checkout/sessions": "checkout.SessionListParams",
    "GET /v1/checkout/sessions/{session}": "checkout.SessionRetrieveParams",
    "POST /v1/checkout/sessions/{session}/expire": "checkout.SessionExpireParams",
    "GET /v1/charges": "ChargeListParams",
    "GET /v1/charges/{charge}": "ChargeRetrieveParams",
    "POST /v1/refunds": "RefundCreateParams",
    "GET /v1/refunds": "RefundListParams",
    "GET /v1/refunds/{refund}": "RefundRetrieveParams",
    "GET /v1/balance": "BalanceRetrieveParams",
    "GET /v1/balance_transactions": "BalanceTransactionListParams",
    "GET /v1/balance_transactions/{transaction}": "BalanceTransactionRetrieveParams",
    "GET /v1/events": "EventListParams",
    "GET /v1/events/{event}": "EventRetrieveParams",
    "POST /v1/webhook_endpoints": "WebhookEndpointCreateParams",
    "GET /v1/webhook_endpoints": "WebhookEndpointListParams",
    "GET /v1/webhook_endpoints/{endpoint}": "WebhookEndpointRetrieveParams",
    "POST /v1/webhook_endpoints/{endpoint}": "WebhookEndpointUpdateParams",
    "POST /v1/transfers": "TransferCreateParams",
    "GET /v1/transfers": "TransferListParams",
    "GET /v1/transfers/{transfer}": "TransferRetrieveParams",
    "POST /v1/transfers/{transfer}/reversals": "TransferReversalCreateParams",
    "GET /v1/transfers/{transfer}/reversals": "TransferReversalListParams",
    "POST /v1/accounts": "AccountCreateParams",
    "GET /v1/accounts/{account}": "AccountRetrieveParams",
    "POST /v1/accounts/{account}": "AccountUpdateParams",
    "POST /v1/account_links": "AccountLinkCreateParams",
}


REASONS = ("duplicate", "expired_uncaptured_charge", "fraudulent", "requested_by_customer")


def _plain(kind: Any) -> Any:
    if isinstance(kind, Many):
        return _plain(kind.kind)
    return kind.nested if isinstance(kind, Either) else kind


@pytest.mark.parametrize(
    "endpoint", [e for e in ENDPOINTS if e.method != "DELETE"], ids=lambda e: f"{e.method} {e.path}"
)
def test_every_accepted_parameter_is_one_of_stripes(endpoint: Endpoint) -> None:
    *folder, name = PARAMS[f"{endpoint.method} {endpoint.path}"].split(".")
    params = getattr(importlib.import_module(".".join(["stripe.params", *folder])), name)
    assert sdk_types.parameter_problems(endpoint.spec, params, _plain) == []


def test_the_checker_sees_what_is_wrong() -> None:
    refund: dict[str, Any] = {
        "object": "refund",
        "id": None,
        "amount": "12",
        "created": 1,
        "reason": "boredom",
        "surprise": 1,
    }
    assert sorted(sdk_types.problems(refund)) == [
        "refund.amount: '12' is not int",
        "refund.currency: missing",
        "refund.id: None is not str",
        f"refund.reason: 'boredom' is not one of {REASONS}",
        "refund.surprise: no such field",
    ]


def _seen(answer: Any) -> Any:
    return json.loads(answer.last_response.body)


def _all_answers(sandbox: Sandbox, stripe: StripeClient) -> dict[str, Any]:
    """One answer of everything there is, after a day in which everything happened."""
    v1 = stripe.v1
    customer = v1.customers.create(params={"email": "maya@soulseer.test", "name": "Maya"})
    session = checkout(stripe, customer=customer.id)
    intent = sandbox.pay(session.id, "4000000000000077")["payment_intent"]["id"]
    refused = sandbox.pay(checkout(stripe).id, "4000000000009995")["payment_intent"]["id"]
    asked = sandbox.pay(checkout(stripe).id, "4000002500003155")["payment_intent"]["id"]
    refund = v1.refunds.create(
        params={"payment_intent": intent, "amount": 500, "reason": "requested_by_customer"}
    )
    method = v1.payment_methods.create(
        params={"type": "card", "card": {"number": "4242424242424242"}}
    )
    answers: dict[str, Any] = {
        "customer": customer,
        "updated customer": v1.customers.update(customer.id, params={"name": "M."}),
        "session": v1.checkout.sessions.retrieve(session.id),
        "open session": checkout(stripe),
        "expired session": v1.checkout.sessions.expire(checkout(stripe).id),
        "intent": v1.payment_intents.retrieve(
            intent, params={"expand": ["latest_charge.balance_transaction", "customer"]}
        ),
        "refused intent": v1.payment_intents.retrieve(refused),
        "intent at the bank": v1.payment_intents.retrieve(asked),
        "canceled intent": v1.payment_intents.cancel(refused),
        "intent by hand": v1.payment_intents.create(
            params={
                "amount": 700,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "confirm": True,
            }
        ),
        "refund": refund,
        "payment method": v1.payment_methods.attach(method.id, params={"customer": customer.id}),
        "endpoint": v1.webhook_endpoints.create(
            params={"url": "http://127.0.0.1:9/", "enabled_events": ["charge.updated"]}
        ),
        "balance": v1.balance.retrieve(),
    }
    return {**answers, **_payout(sandbox, stripe), **_lists(stripe, customer.id)}


def _payout(sandbox: Sandbox, stripe: StripeClient) -> dict[str, Any]:
    v1 = stripe.v1
    account = v1.accounts.create(
        params={"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    sandbox.order(f"accounts/{account.id}/onboard", complete=True)
    transfer = v1.transfers.create(
        params={"amount": 900, "currency": "usd", "destination": account.id}
    )
    reversal = v1.transfers.reversals.create(transfer.id, params={"amount": 100})
    link = v1.account_links.create(
        params={
            "account": account.id,
            "type": "account_onboarding",
            "return_url": "http://localhost/",
            "refresh_url": "http://localhost/",
        }
    )
    return {
        "account": v1.accounts.retrieve(account.id),
        "account link": link,
        "reversal": reversal,
        "transfer": v1.transfers.retrieve(transfer.id),
    }


def _lists(stripe: StripeClient, customer_id: str) -> dict[str, Any]:
    v1 = stripe.v1
    answers: dict[str, Any] = {}
    for name, service in {
        "customers": v1.customers,
        "intents": v1.payment_intents,
        "sessions": v1.checkout.sessions,
        "charges": v1.charges,
        "refunds": v1.refunds,
        "transactions": v1.balance_transactions,
        "events": v1.events,
        "endpoints": v1.webhook_endpoints,
        "transfers": v1.transfers,
    }.items():
        answers[name] = service.list(params={"limit": 100})
    answers["methods"] = v1.customers.payment_methods.list(customer_id)
    return answers


def test_every_answer_is_what_the_sdk_says_it_is(sandbox: Sandbox, stripe: StripeClient) -> None:
    answers = {name: _seen(answer) for name, answer in _all_answers(sandbox, stripe).items()}
    found = {name: problems for name, a in answers.items() if (problems := sdk_types.problems(a))}
    assert found == {}
    for event in answers["events"]["data"]:
        assert sdk_types.problems(event["data"]["object"]) == [], event["type"]

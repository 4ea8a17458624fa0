"""Every answer and every accepted parameter, against the SDK's own types."""

from __future__ import annotations

import importlib
import io
import json
from typing import Any

import pytest
from stripe import StripeClient

from backend.stripe_sandbox.endpoints import ENDPOINTS, Endpoint
from backend.stripe_sandbox.parameters import Either, Many
from tests.backend.stripe_sandbox import sdk_types
from tests.backend.stripe_sandbox.conftest import RECIPIENT, checkout, link_params
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
    "GET /v1/customers/{customer}/payment_methods/{method}": "CustomerPaymentMethodRetrieveParams",
    "GET /v1/payment_methods": "PaymentMethodListParams",
    "POST /v1/payment_methods/{method}": "PaymentMethodUpdateParams",
    "POST /v1/setup_intents": "SetupIntentCreateParams",
    "GET /v1/setup_intents": "SetupIntentListParams",
    "GET /v1/setup_intents/{setup}": "SetupIntentRetrieveParams",
    "POST /v1/setup_intents/{setup}": "SetupIntentUpdateParams",
    "POST /v1/setup_intents/{setup}/confirm": "SetupIntentConfirmParams",
    "POST /v1/setup_intents/{setup}/cancel": "SetupIntentCancelParams",
    "POST /v1/refunds/{refund}": "RefundUpdateParams",
    "GET /v1/disputes": "DisputeListParams",
    "GET /v1/disputes/{dispute}": "DisputeRetrieveParams",
    "POST /v1/disputes/{dispute}": "DisputeUpdateParams",
    "POST /v1/disputes/{dispute}/close": "DisputeCloseParams",
    "GET /v1/radar/early_fraud_warnings": "radar.EarlyFraudWarningListParams",
    "GET /v1/radar/early_fraud_warnings/{warning}": "radar.EarlyFraudWarningRetrieveParams",
    "GET /v1/reviews": "ReviewListParams",
    "GET /v1/reviews/{review}": "ReviewRetrieveParams",
    "POST /v1/reviews/{review}/approve": "ReviewApproveParams",
    "GET /v1/files/{file}": "FileRetrieveParams",
    "GET /v1/balance_settings": "BalanceSettingsRetrieveParams",
    "POST /v1/balance_settings": "BalanceSettingsUpdateParams",
    "POST /v1/payouts": "PayoutCreateParams",
    "GET /v1/payouts": "PayoutListParams",
    "GET /v1/payouts/{payout}": "PayoutRetrieveParams",
    "POST /v1/payouts/{payout}": "PayoutUpdateParams",
    "POST /v1/payouts/{payout}/cancel": "PayoutCancelParams",
    "GET /v1/topups": "TopupListParams",
    "GET /v1/topups/{topup}": "TopupRetrieveParams",
    "POST /v1/transfers/{transfer}": "TransferUpdateParams",
    "GET /v1/transfers/{transfer}/reversals/{reversal}": "TransferReversalRetrieveParams",
    "GET /v1/accounts": "AccountListParams",
    "POST /v1/accounts/{account}/reject": "AccountRejectParams",
    "POST /v1/accounts/{account}/login_links": "AccountLoginLinkCreateParams",
    "POST /v2/core/accounts": "v2.core.AccountCreateParams",
    "GET /v2/core/accounts": "v2.core.AccountListParams",
    "GET /v2/core/accounts/{account}": "v2.core.AccountRetrieveParams",
    "POST /v2/core/accounts/{account}": "v2.core.AccountUpdateParams",
    "POST /v2/core/accounts/{account}/close": "v2.core.AccountCloseParams",
    "POST /v2/core/account_links": "v2.core.AccountLinkCreateParams",
    "GET /v2/core/events": "v2.core.EventListParams",
    "GET /v2/core/events/{event}": "v2.core.EventRetrieveParams",
    "POST /v2/core/event_destinations": "v2.core.EventDestinationCreateParams",
    "GET /v2/core/event_destinations": "v2.core.EventDestinationListParams",
    "GET /v2/core/event_destinations/{destination}": "v2.core.EventDestinationRetrieveParams",
    "POST /v2/core/event_destinations/{destination}": "v2.core.EventDestinationUpdateParams",
    "POST /v2/core/event_destinations/{destination}/enable": (
        "v2.core.EventDestinationEnableParams"
    ),
    "POST /v2/core/event_destinations/{destination}/disable": (
        "v2.core.EventDestinationDisableParams"
    ),
}
NEVER_BY_HAND = {"page"}  # the SDK follows next_page_url; its page is not a parameter


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
    spec = {name: kind for name, kind in endpoint.spec.items() if name not in NEVER_BY_HAND}
    assert sdk_types.parameter_problems(spec, params, _plain) == []


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
    if isinstance(answer, dict):
        return answer
    told = answer.last_response
    return json.loads(told.body) if told else answer.to_dict()


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
    more = {**_payout(sandbox, stripe), **_bad_days(sandbox, stripe), **_saved(sandbox, stripe)}
    return {**answers, **more, **_core(sandbox, stripe), **_lists(stripe, customer.id)}


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


def _paid(sandbox: Sandbox, stripe: StripeClient, card: str) -> str:
    return str(sandbox.pay(checkout(stripe).id, card)["payment_intent"]["id"])


def _bad_days(sandbox: Sandbox, stripe: StripeClient) -> dict[str, Any]:
    v1 = stripe.v1
    pdf = v1.files.create(
        params={"file": io.BytesIO(b"%PDF-1.7 log"), "purpose": "dispute_evidence"}
    )
    disputed = _paid(sandbox, stripe, "4000000000000259")
    case = v1.disputes.list(params={"payment_intent": disputed}).data[0]
    evidence: Any = {"uncategorized_text": "They talked.", "service_documentation": pdf.id}
    sent = v1.disputes.update(case.id, params={"evidence": evidence})
    sandbox.decide(case.id, "won")
    inquiry = sandbox.dispute(_paid(sandbox, stripe, "4242424242424242"), inquiry=True)
    late = _paid(sandbox, stripe, "4000000000005126")
    refund = v1.refunds.create(params={"payment_intent": late})
    sandbox.order(f"refunds/{refund.id}/end", status="failed")
    pending = v1.refunds.create(
        params={"payment_intent": _paid(sandbox, stripe, "4000000000007726")}
    )
    warned = _paid(sandbox, stripe, "4000000000005423")
    return {
        "file": v1.files.retrieve(pdf.id),
        "dispute under review": sent,
        "won dispute": v1.disputes.retrieve(case.id),
        "inquiry": v1.disputes.retrieve(inquiry["id"]),
        "lost dispute": v1.disputes.close(
            sandbox.dispute(_paid(sandbox, stripe, "4242424242424242"))["id"]
        ),
        "failed refund": v1.refunds.retrieve(refund.id),
        "pending refund": pending,
        "warning": v1.radar.early_fraud_warnings.list(params={"payment_intent": warned}),
        "warned charge": v1.charges.list(params={"payment_intent": warned}),
    }


def _saved(sandbox: Sandbox, stripe: StripeClient) -> dict[str, Any]:
    v1 = stripe.v1
    customer = v1.customers.create(params={})
    session = v1.checkout.sessions.create(
        params={"mode": "setup", "customer": customer.id, "success_url": "http://localhost/"}
    )
    asked = v1.setup_intents.create(
        params={"customer": customer.id, "payment_method": "pm_card_authenticationRequired"}
    )
    seen = v1.setup_intents.confirm(asked.id, params={"return_url": "http://localhost/"})
    sandbox.bank(asked.id, approve=False)
    return {
        "setup session": session,
        "done setup session": sandbox.pay(session.id)["checkout_session"],
        "setup at the bank": seen,
        "refused setup": v1.setup_intents.retrieve(asked.id),
        "setups": v1.setup_intents.list(params={"customer": customer.id}),
        "saved cards": v1.payment_methods.list(params={"customer": customer.id}),
    }


def _core(sandbox: Sandbox, stripe: StripeClient) -> dict[str, Any]:
    core = stripe.v2.core
    include: Any = ["configuration.recipient", "defaults", "identity", "requirements"]
    account = core.accounts.create(params={**RECIPIENT, "include": include})
    destination = core.event_destinations.create(
        params={
            "name": "ours",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["v2.core.account.updated"],
            "webhook_endpoint": {"url": "http://127.0.0.1:9/"},
            "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
        }
    )
    sandbox.require(account.id, verify=["external_account"])
    sandbox.onboard(account.id)
    able = core.accounts.retrieve(account.id, params={"include": include})
    sandbox.fund(100_000)
    stripe.v1.transfers.create(
        params={"amount": 5000, "currency": "usd", "destination": account.id}
    )
    own: Any = {"stripe_account": account.id}
    payout = stripe.v1.payouts.create(params={"amount": 700, "currency": "usd"}, options=own)
    return {
        "new account": account,
        "able account": able,
        "account of the first API": stripe.v1.accounts.retrieve(account.id),
        "link of the second API": core.account_links.create(params=link_params(account.id)),
        "login link": stripe.v1.accounts.login_links.create(account.id),
        "destination": destination,
        "thin event": core.events.list(params={"object_id": account.id}).data[0],
        "accounts": core.accounts.list(),
        "payout of a reader": payout,
        "payouts of a reader": stripe.v1.payouts.list(options=own),
        "movements of a reader": stripe.v1.balance_transactions.list(options=own),
        "events of a reader": stripe.v1.events.list(options=own),
        "balance settings": stripe.v1.balance_settings.retrieve(),
        "topups": stripe.v1.topups.list(),
        "closed account": core.accounts.close(account.id),
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
        "disputes": v1.disputes,
        "payouts": v1.payouts,
    }.items():
        answers[name] = service.list(params={"limit": 100})
    answers["methods"] = v1.customers.payment_methods.list(customer_id)
    return answers


def test_every_answer_is_what_the_sdk_says_it_is(sandbox: Sandbox, stripe: StripeClient) -> None:
    answers = {name: _seen(answer) for name, answer in _all_answers(sandbox, stripe).items()}
    found = {name: problems for name, a in answers.items() if (problems := sdk_types.problems(a))}
    assert found == {}
    told = [*answers["events"]["data"], *answers["events of a reader"]["data"]]
    for event in told:
        if event["type"] == "account.application.deauthorized":
            continue
        assert sdk_types.problems(event["data"]["object"]) == [], event["type"]

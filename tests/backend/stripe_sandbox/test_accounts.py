"""Connected accounts by both APIs: onboarding, requirements, what each change is told as."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import RECIPIENT, link_params
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox
DAY = 86_400
INCLUDE: Any = {"include": ["configuration.recipient", "requirements", "defaults"]}


def _able(stripe: StripeClient, account_id: str) -> str:
    account: Any = stripe.v2.core.accounts.retrieve(account_id, params=INCLUDE)
    return str(account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status)


def _due(stripe: StripeClient, account_id: str) -> dict[str, str]:
    account: Any = stripe.v2.core.accounts.retrieve(account_id, params=INCLUDE)
    return {e.description: e.minimum_deadline.status for e in account.requirements.entries}


@pytest.fixture
def account(stripe: StripeClient) -> str:
    """A reader's account that has given nothing yet."""
    return str(stripe.v2.core.accounts.create(params=RECIPIENT).id)


def test_sub_objects_come_only_when_asked_for(stripe: StripeClient, account: str) -> None:
    bare = stripe.v2.core.accounts.retrieve(account)
    assert (bare.configuration, bare.requirements, bare.defaults) == (None, None, None)
    full: Any = stripe.v2.core.accounts.retrieve(account, params=INCLUDE)
    assert full.defaults.currency == "usd"
    assert full.requirements.summary.minimum_deadline.status == "past_due"
    assert _able(stripe, account) == "restricted"


@pytest.mark.parametrize("missing", ["identity", "contact_email", "defaults", "dashboard"])
def test_a_recipient_needs_what_stripe_needs(stripe: StripeClient, missing: str) -> None:
    asked: Any = {name: value for name, value in RECIPIENT.items() if name != missing}
    with pytest.raises(sdk.InvalidRequestError, match="Missing required field"):
        stripe.v2.core.accounts.create(params=asked)


def test_unknown_fields_and_accounts_are_refused(stripe: StripeClient) -> None:
    with pytest.raises(sdk.InvalidRequestError, match="unknown"):
        stripe.v2.core.accounts.create(params={"surprise": 1})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(sdk.InvalidRequestError) as unknown:
        stripe.v2.core.accounts.retrieve("acct_nobody")
    assert (unknown.value.http_status, unknown.value.code) == (404, "not_found")


def test_the_onboarding_page_makes_an_account_able(stripe: StripeClient, account: str) -> None:
    link = stripe.v2.core.account_links.create(params=link_params(account))
    opened = httpx.get(link.url, follow_redirects=True)
    assert "A bank account or debit card" in opened.text
    assert "<script" not in opened.text
    back = httpx.post(str(opened.url), data={"answer": "complete"})
    assert back.headers["location"] == "http://localhost/return/"
    assert _able(stripe, account) == "active"
    assert _due(stripe, account) == {}


def test_a_link_opens_once_and_not_for_long(
    sandbox: Sandbox, stripe: StripeClient, account: str
) -> None:
    link = stripe.v2.core.account_links.create(params=link_params(account))
    httpx.get(link.url)
    assert httpx.get(link.url).headers["location"] == "http://localhost/refresh/"
    late = stripe.v2.core.account_links.create(params=link_params(account))
    sandbox.advance(301)
    assert httpx.get(late.url).headers["location"] == "http://localhost/refresh/"


def test_some_of_it_leaves_the_rest_due(stripe: StripeClient, account: str) -> None:
    link = stripe.v2.core.account_links.create(params=link_params(account))
    page = httpx.get(link.url, follow_redirects=True).url
    some = {"answer": "some", "given": ["individual.first_name", "tos_acceptance.date"]}
    httpx.post(str(page), data=some)
    assert list(_due(stripe, account)) == ["configuration.recipient.default_outbound_destination"]
    assert _able(stripe, account) == "restricted"


def test_a_check_can_take_a_while(sandbox: Sandbox, stripe: StripeClient, account: str) -> None:
    link = stripe.v2.core.account_links.create(params=link_params(account))
    page = httpx.get(link.url, follow_redirects=True).url
    httpx.post(str(page), data={"answer": "check"})
    assert _able(stripe, account) == "pending"
    v1: Any = stripe.v1.accounts.retrieve(account)
    assert (v1.requirements.currently_due, len(v1.requirements.pending_verification)) == ([], 3)
    sandbox.onboard(account)
    assert _able(stripe, account) == "active"


def test_a_requirement_grows_past_due_by_itself(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    asked = "individual.verification.document"
    sandbox.require(reader, add=[asked], deadline="currently_due", in_seconds=DAY)
    assert _able(stripe, reader) == "active"
    document = "identity.individual.documents.primary_verification"
    assert _due(stripe, reader) == {document: "currently_due"}
    sandbox.advance(DAY)
    assert _due(stripe, reader) == {document: "past_due"}
    assert _able(stripe, reader) == "restricted"
    v1: Any = stripe.v1.accounts.retrieve(reader)
    assert (v1.payouts_enabled, v1.requirements.past_due) == (False, [asked])
    sandbox.require(reader, remove=[asked])
    assert _able(stripe, reader) == "active"


@pytest.mark.parametrize(
    ("country", "status", "currency"), [("gb", "restricted", "gbp"), ("kp", "unsupported", "usd")]
)
def test_countries_decide_the_currency_or_end_it(
    stripe: StripeClient, country: str, status: str, currency: str
) -> None:
    elsewhere: Any = {**RECIPIENT, "identity": {"country": country}, **INCLUDE}
    account: Any = stripe.v2.core.accounts.create(params=elsewhere)
    assert account.defaults.currency == currency
    assert _able(stripe, account.id) == status


def test_each_change_is_told_by_both_apis(
    sandbox: Sandbox, stripe: StripeClient, account: str
) -> None:
    sandbox.onboard(account)
    thin = stripe.v2.core.events.list(params={"object_id": account}).data
    assert [event.type for event in thin][::-1] == [
        "v2.core.account.created",
        "v2.core.account.updated",
        "v2.core.account[requirements].updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
    ]
    own: Any = {"stripe_account": account}
    told = stripe.v1.events.list(options=own).data[::-1]
    assert [event.type for event in told] == ["account.updated", "capability.updated"]
    assert told[0].account == account
    assert stripe.v1.events.list().data == []
    sandbox.require(account, remove=["individual.first_name"])
    assert len(stripe.v2.core.events.list(params={"object_id": account}).data) == len(thin)


def test_pages_of_the_second_api_lead_on(stripe: StripeClient) -> None:
    made = [stripe.v2.core.accounts.create(params=RECIPIENT).id for _ in range(5)][::-1]
    first = stripe.v2.core.accounts.list(params={"limit": 2})
    assert [account.id for account in first.data] == made[:2]
    assert [account.id for account in first.auto_paging_iter()] == made


def test_a_rejected_account_is_paid_no_more(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.order(f"accounts/{reader}/reject", reason="fraud")
    assert _able(stripe, reader) == "rejected"
    v1: Any = stripe.v1.accounts.retrieve(reader)
    assert v1.requirements.disabled_reason == "rejected.fraud"


def test_a_closed_account_stays_readable(stripe: StripeClient, reader: str) -> None:
    stripe.v2.core.accounts.close(reader)
    assert stripe.v2.core.accounts.retrieve(reader).closed
    newest = stripe.v2.core.events.list(params={"object_id": reader}).data[0]
    assert newest.type == "v2.core.account.closed"
    sandbox_funds: Any = {"amount": 100, "currency": "usd", "destination": reader}
    with pytest.raises(sdk.InvalidRequestError, match="No such destination"):
        stripe.v1.transfers.create(params=sandbox_funds)


def test_a_deauthorised_account_is_out_of_reach(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.order(f"accounts/{reader}/deauthorize")
    with pytest.raises(sdk.PermissionError) as refusal:
        stripe.v1.accounts.retrieve(reader)
    said: Any = refusal.value.json_body
    assert said["error"]["code"] == "account_invalid"
    with pytest.raises(sdk.PermissionError):
        stripe.v2.core.accounts.retrieve(reader)
    own: Any = {"stripe_account": reader}
    with pytest.raises(sdk.PermissionError):
        stripe.v1.balance.retrieve(options=own)


def test_the_first_api_onboards_too(stripe: StripeClient) -> None:
    account = stripe.v1.accounts.create(
        params={"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    link = stripe.v1.account_links.create(
        params={
            "account": account.id,
            "type": "account_onboarding",
            "return_url": "http://localhost/return/",
            "refresh_url": "http://localhost/refresh/",
        }
    )
    page = httpx.get(link.url, follow_redirects=True).url
    httpx.post(str(page), data={"answer": "complete"})
    able: Any = stripe.v1.accounts.retrieve(account.id)
    assert (able.payouts_enabled, able.capabilities.transfers) == (True, "active")
    login = stripe.v1.accounts.login_links.create(account.id)
    assert "$0.00" in httpx.get(login.url).text


def test_a_failed_create_is_finished_by_the_same_key(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    """The second API works on what had failed; the first one would repeat its 500."""
    options: Any = {"idempotency_key": "reader:1"}
    for kind in ("500_before", "500_after"):
        sandbox.fault(kind, "POST /v2/core/accounts")
        with pytest.raises(sdk.APIError):
            stripe.v2.core.accounts.create(params=RECIPIENT, options=options)
    made = stripe.v2.core.accounts.create(params=RECIPIENT, options=options)
    assert [one.id for one in stripe.v2.core.accounts.list().data] == [made.id]


def test_what_was_due_of_a_deleted_account_is_forgotten(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    later: Any = {"deadline": "currently_due", "in_seconds": DAY}
    sandbox.require(reader, add=["external_account"], **later)
    stripe.v1.accounts.delete(reader)
    sandbox.advance(DAY)
    assert stripe.v1.accounts.list().data == []

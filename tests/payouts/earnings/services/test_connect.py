"""Readers' accounts by both of Stripe's APIs, and how we learn of every change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from backend.core import engines
from backend.inbox.models import ExternalEvent
from backend.notifications.models import Notification
from payouts.earnings import selectors
from payouts.earnings.services import connect
from payouts.errors import RailUnreachable
from payouts.models import ConnectAccount
from payouts.ports import AccountOrder, ConnectAccounts, Way
from tests.payouts.earnings.conftest import House

pytestmark = pytest.mark.sandbox
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["V2", "V1"])
def accounts(request: pytest.FixtureRequest, house: House, settings: Any) -> ConnectAccounts:
    """Either of the two adapters."""
    name = f"payouts.adapters.stripe_connect.StripeAccounts{request.param}"
    settings.ENGINES = {**settings.ENGINES, "connect_accounts": name}
    settings.CONNECT_API = request.param.lower()
    found: ConnectAccounts = engines.load("connect_accounts")
    return found


def test_both_apis_keep_the_contract(house: House, accounts: ConnectAccounts) -> None:
    reader = house.reader(connected=False)
    order = AccountOrder(reader.pk, reader.email, "Ana", "US")
    opened = accounts.open(order, key="k")
    assert accounts.open(order, key="k").id == opened.id
    assert (opened.can_receive, opened.currency, opened.country) == (False, "usd", "US")
    assert len(opened.currently_due) == 3
    way = Way(opened.id, "http://localhost/again/", "http://localhost/back/")
    urls = {accounts.onboarding_url(way) for _ in range(2)}
    assert len(urls) == 2, "a link opens once, so each click makes another"
    assert "A bank account or debit card" in httpx.get(urls.pop(), follow_redirects=True).text
    house.sandbox.onboard(opened.id)
    ready = accounts.account(opened.id)
    assert (ready.can_receive, ready.is_submitted, ready.currently_due) == (True, True, ())
    house.sandbox.require(
        opened.id, add=["individual.id_number"], deadline="currently_due", in_seconds=86_400
    )
    asked = accounts.account(opened.id)
    assert (asked.can_receive, asked.due_by is not None) == (True, True)
    house.sandbox.order(f"accounts/{opened.id}/deauthorize")
    assert connect.ask(opened.id) is None


def test_a_reader_onboards_step_by_step_and_reads_what_is_missing(
    house: House, accounts: ConnectAccounts
) -> None:
    reader = house.reader(connected=False)
    assert selectors.onboarding(reader, house.at).state == "none"
    connect.start(reader=reader, at=house.at)
    account_id = str(house.account(reader).account_id)
    before = selectors.onboarding(reader, house.at)
    assert (before.state, before.words) == ("unfinished", "Finish setting up payouts at Stripe.")
    assert before.missing == [
        "your legal name",
        "a bank account or debit card",
        "your consent to Stripe's terms",
    ]
    house.sandbox.onboard(account_id)
    connect.refresh(reader_id=reader.pk, at=house.at + MINUTE)
    assert selectors.onboarding(reader, house.at).state == "ready"
    house.sandbox.require(account_id, add=["individual.verification.document"])
    connect.refresh(reader_id=reader.pk, at=house.at + 2 * MINUTE)
    wanting = selectors.onboarding(reader, house.at)
    assert (wanting.state, wanting.missing) == (
        "wanting",
        ["a photo of your passport or identity card"],
    )
    assert wanting.words.startswith("Stripe needs a photo of your passport")
    titles = Notification.objects.filter(user=reader).order_by("id").values_list("title", flat=True)
    assert list(titles) == ["You are set up for payouts", "Stripe has paused your payouts"]


def test_an_account_is_opened_once_however_often_the_answer_is_lost(house: House) -> None:
    reader = house.reader(connected=False)
    house.sandbox.fault("garbage_json", "POST /v2/core/accounts")
    with pytest.raises(RailUnreachable):
        connect.start(reader=reader, at=house.at)
    links = {connect.start(reader=reader, at=house.at) for _ in range(2)}
    assert (len(links), ConnectAccount.objects.count()) == (2, 1)
    assert len(house.stripe.v2.core.accounts.list().data) == 1


def test_older_news_and_strangers_news_change_nothing(house: House) -> None:
    reader = house.reader()
    ready = connect.ask(str(house.account(reader).account_id))
    assert ready is not None
    connect.apply(account_id=ready.id, account=None, at=house.at - MINUTE)
    assert house.account(reader).can_receive
    assert connect.apply(account_id="acct_nobody", account=ready, at=house.at) is None


@pytest.mark.django_db(transaction=True)
def test_webhooks_of_both_kinds_reach_the_account(
    house: House, live_server: Any, settings: Any
) -> None:
    snapshot = house.stripe.v1.webhook_endpoints.create(
        params={
            "url": f"{live_server.url}/webhooks/stripe/",
            "enabled_events": ["*"],
            "connect": True,
        }
    )
    thin: Any = house.stripe.v2.core.event_destinations.create(
        params={
            "name": "ours",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["*"],
            "webhook_endpoint": {"url": f"{live_server.url}/webhooks/stripe/thin/"},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    settings.STRIPE_WEBHOOK_SECRETS = [snapshot.secret]
    settings.STRIPE_THIN_WEBHOOK_SECRETS = [thin.webhook_endpoint.signing_secret]
    reader = house.reader(connected=False)
    connect.start(reader=reader, at=house.at)
    account_id = str(house.account(reader).account_id)
    house.sandbox.onboard(account_id)
    house.sandbox.settle()
    heard = dict(ExternalEvent.objects.values_list("type", "account"))
    assert heard["account.updated"] == account_id
    capability = "v2.core.account[configuration.recipient].capability_status_updated"
    assert ExternalEvent.objects.get(type=capability).object_id == account_id
    house.work()
    assert house.account(reader).can_receive
    house.sandbox.order(f"accounts/{account_id}/deauthorize")
    house.sandbox.settle()
    house.work()
    assert selectors.onboarding(reader, house.at).state == "ended"
    said = httpx.post(
        f"{live_server.url}/webhooks/stripe/thin/", json={"id": "evt_1", "type": "v2.x"}
    )
    assert said.status_code == 400, "thin events have a secret of their own"


def test_links_lead_back_to_us(house: House, settings: Any) -> None:
    reader = house.reader(connected=False)
    page = httpx.get(connect.start(reader=reader, at=house.at), follow_redirects=True).url
    back = httpx.post(str(page), data={"answer": "complete"}).headers["location"]
    assert urlsplit(back).path == connect.RETURN_PATH
    again = httpx.get(connect.start(reader=reader, at=house.at)).headers["location"]
    assert back.startswith(settings.SITE_URL)
    assert urlsplit(again).path.startswith("/onboarding/")


def test_a_payout_that_the_readers_bank_sent_back_is_told(house: House) -> None:
    reader = house.reader(2_000)
    house.night()
    own: Any = {"stripe_account": house.account(reader).account_id}
    sent = house.stripe.v1.payouts.create(params={"amount": 2_000, "currency": "usd"}, options=own)
    house.sandbox.order(f"payouts/{sent.id}/end", status="failed")
    house.hear("payout.failed", options=own)
    told = Notification.objects.filter(user=reader).values_list("title", flat=True)
    assert "Your bank sent a payout back" in told
    assert selectors.payouts_of(reader).get().state == "sent", "the money is in their balance"

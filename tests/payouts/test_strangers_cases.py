"""Cases 72 and 74: nobody sees another's money, and no secret is ever written down."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.test import Client

from payouts.models import TopUp
from tests import builders
from tests.payouts.conftest import Till
from tests.sandbox_process import SECRET_KEY, WEBHOOK_SECRET

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
PAGES = ["/wallet/", "/wallet/return/", "/wallet/activity.csv"]
DOORS = ["/api/v1/payments/balance/", "/api/v1/payments/transactions/"]


def test_case_72_another_clients_top_up_is_not_there(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    till.hear()
    stranger = builders.a_client(at=till.at)
    url = f"/api/v1/payments/topups/{top_up.pk}/"
    answer = builders.api(stranger).get(url, secure=True)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert builders.api(stranger).get(DOORS[0], secure=True).json()["cash_cents"] == 0
    assert builders.api(stranger).get(DOORS[1], secure=True).json()["results"] == []
    browser = Client()
    browser.force_login(stranger)
    assert browser.get("/wallet/return/", {"top_up": top_up.pk}, secure=True).status_code == 404
    assert "20.00" not in browser.get("/wallet/activity.csv", secure=True).content.decode()
    assert builders.api(till.client).get(url, secure=True).status_code == 200


def test_case_72_another_clients_key_is_another_top_up(till: Till) -> None:
    mine = till.start(key="shared")
    till.client = builders.a_client(at=till.at)
    assert till.start(key="shared").pk != mine.pk


@pytest.mark.parametrize("path", DOORS)
def test_case_72_nobody_signed_in_sees_nothing(till: Till, path: str) -> None:
    assert builders.api().get(path, secure=True).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_case_72_the_pages_lead_strangers_to_sign_in(till: Till, path: str) -> None:
    answer = Client().get(path, secure=True)
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_case_72_readers_and_admins_have_no_wallet(till: Till) -> None:
    for user in (builders.a_reader(at=till.at, online=False).user, builders.an_admin()):
        api = builders.api(user)
        for path in DOORS:
            assert api.get(path, secure=True).status_code == 403
        answer = api.post(
            "/api/v1/payments/topups/", {"amount_cents": 2000}, secure=True, **builders.key()
        )
        assert answer.status_code == 403
        browser = Client()
        browser.force_login(user)
        for path in PAGES:
            assert browser.get(path, secure=True).status_code == 403
    assert not TopUp.objects.exists()
    unknown = f"/api/v1/payments/topups/{uuid4()}/"
    assert builders.api(till.client).get(unknown, secure=True).status_code == 404


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Every record of every logger, at the most talkative level."""
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__}")

    root, listener = logging.getLogger(), Listener(logging.DEBUG)
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(listener)
        root.setLevel(before)


@pytest.mark.django_db(transaction=True)
def test_case_74_no_secret_is_ever_logged(
    till: Till, webhook_url: str, capfd: pytest.CaptureFixture[str], settings
) -> None:
    endpoint_secret = settings.STRIPE_WEBHOOK_SECRETS[0]
    with everything_logged() as lines:
        top_up = till.start()
        till.pay(top_up, "4000000000000002")
        till.pay(top_up, "4242424242424242")
        till.sandbox.settle()
        till.work()
        till.sandbox.fault("500_before", "/v1/checkout/sessions", times=5)
        builders.api(till.client).post(
            "/api/v1/payments/topups/", {"amount_cents": 500}, secure=True, **builders.key()
        )
    assert till.cash_cents == 2000
    secret = till.stripe.v1.payment_intents.list().data[0].client_secret
    written = "\n".join(lines) + "".join(capfd.readouterr())
    assert "top_up_moved" in written
    for hidden in (
        SECRET_KEY,
        WEBHOOK_SECRET,
        endpoint_secret,
        secret,
        "4242424242424242",
        "4000000000000002",
    ):
        assert str(hidden) not in written

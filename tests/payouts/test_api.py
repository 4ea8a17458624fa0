"""The API's doors to money."""

from __future__ import annotations

import pytest

from payouts.models import TopUp
from tests import builders
from tests.payouts.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
TOP_UPS = "/api/v1/payments/topups/"
LINES = "/api/v1/payments/transactions/"


def test_a_top_up_is_answered_with_its_hosted_page(till: Till) -> None:
    answer = builders.api(till.client).post(
        TOP_UPS, {"amount_cents": 2000}, secure=True, **builders.key()
    )
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "open"
    assert body["checkout_url"].startswith(f"{till.sandbox.base}/pay/cs_test_")
    assert (body["amount_cents"], body["currency"]) == (2000, "USD")


@pytest.mark.parametrize("key", [None, "", "  ", "x" * 201])
def test_without_a_usable_key_nothing_is_begun(till: Till, key: str | None) -> None:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    answer = builders.api(till.client).post(TOP_UPS, {"amount_cents": 2000}, secure=True, **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert not TopUp.objects.exists()


def test_the_same_key_gives_the_same_top_up_and_another_amount_a_409(till: Till) -> None:
    api, key = builders.api(till.client), builders.key()
    first = api.post(TOP_UPS, {"amount_cents": 2000}, secure=True, **key).json()
    assert api.post(TOP_UPS, {"amount_cents": 2000}, secure=True, **key).json() == first
    other = api.post(TOP_UPS, {"amount_cents": 2001}, secure=True, **key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_frozen_client_adds_nothing(till: Till) -> None:
    till.client.frozen_at = till.at
    till.client.save()
    answer = builders.api(till.client).post(
        TOP_UPS, {"amount_cents": 2000}, secure=True, **builders.key()
    )
    assert answer.status_code in {401, 403}
    assert not TopUp.objects.exists()


def test_too_many_tries_are_told_when_to_come_back(till: Till) -> None:
    api = builders.api(till.client)
    answers = [
        api.post(TOP_UPS, {"amount_cents": 500}, secure=True, **builders.key()) for _ in range(11)
    ]
    assert [a.status_code for a in answers] == [201] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json()["code"] == "too_many_top_ups"


def test_a_page_is_not_offered_again_once_it_is_over(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    till.hear()
    body = builders.api(till.client).get(f"{TOP_UPS}{top_up.pk}/", secure=True).json()
    assert (body["status"], body["checkout_url"]) == ("succeeded", "")


def test_the_balance_has_its_parts(till: Till) -> None:
    builders.top_up(till.client, 1500, at=till.at)
    body = builders.api(till.client).get("/api/v1/payments/balance/", secure=True).json()
    assert body == {
        "cash_cents": 1500,
        "promo_cents": 0,
        "held_cents": 0,
        "debt_cents": 0,
        "spendable_cents": 1500,
        "currency": "USD",
    }


def test_the_lines_are_paged_newest_first_with_a_running_balance(till: Till) -> None:
    for cents in (500, 600, 700):
        builders.top_up(till.client, cents, at=till.at)
    api = builders.api(till.client)
    first = api.get(LINES, {"limit": 2}, secure=True).json()
    lines = [(r["amount_cents"], r["balance_cents"]) for r in first["results"]]
    assert lines == [(700, 1800), (600, 1100)]
    assert first["previous"] is None
    rest = api.get(first["next"], secure=True).json()
    assert [(r["amount_cents"], r["balance_cents"]) for r in rest["results"]] == [(500, 500)]
    assert rest["next"] is None
    assert rest["results"][0]["kind"] == "top_up"


def test_the_lines_can_be_narrowed_to_a_kind(till: Till) -> None:
    builders.top_up(till.client, 500, at=till.at)
    api = builders.api(till.client)
    assert len(api.get(LINES, {"kind": "added"}, secure=True).json()["results"]) == 1
    assert api.get(LINES, {"kind": "readings"}, secure=True).json()["results"] == []


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "-1"}, {"kind": "gold"}]
)
def test_a_nonsense_page_is_a_400(till: Till, query: dict[str, object]) -> None:
    assert builders.api(till.client).get(LINES, query, secure=True).status_code == 400

"""The API's doors to the wallet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Exclusion, SpendLimit
from backend.core import clock
from backend.ledger import movements
from backend.ledger import selectors as ledger
from payouts.models import AutoReload, CardSetup, PromoCode, PromoRedemption, TopUp, Withdrawal
from payouts.wallet import words
from tests import builders
from tests.payouts.wallet.conftest import Purse
from tests.payouts.wallet.services.test_codes import a_code

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
BASE = "/api/v1/payments/"


def ask(purse: Purse, method: str, path: str, body: Any = None) -> Any:
    """One request of the client's own, at the purse's time."""
    api = builders.api(purse.client)
    keys = builders.key() if method == "post" else {}
    with clock.frozen(purse.at):
        return getattr(api, method)(f"{BASE}{path}", body, format="json", secure=True, **keys)


def test_limits_are_shown_lowered_at_once_and_raised_later(purse: Purse) -> None:
    empty = ask(purse, "get", "limits/").json()
    assert [limit["cents"] for limit in empty["limits"]] == [None, None, None]
    assert empty["exclusion"] is None
    ask(purse, "put", "limits/", {"span": "week", "cents": 5_000})
    shown = ask(purse, "put", "limits/", {"span": "week", "cents": 9_000}).json()["limits"][1]

    assert (shown["span"], shown["cents"], shown["next_cents"]) == ("week", 5_000, 9_000)
    assert (shown["spent_cents"], shown["left_cents"]) == (0, 5_000)
    assert shown["raised_at"] == (purse.at + timedelta(days=1)).isoformat().replace("+00:00", "Z")


def test_a_nonsense_limit_is_a_400(purse: Purse) -> None:
    for body in (
        {"span": "year", "cents": 1},
        {"span": "day", "cents": -1},
        {"span": "day", "cents": 1.5},
        {"span": "day", "cents": "12"},
        {"span": "day"},
    ):
        assert ask(purse, "put", "limits/", body).status_code == 400, body
    assert not SpendLimit.objects.exists()


def test_an_exclusion_stops_top_ups_codes_and_reloads_with_one_code(purse: Purse) -> None:
    card = purse.save_card()
    a_code(purse.at)
    begun = ask(purse, "post", "exclusion/", {"days": 7})
    assert (begun.status_code, begun.json()["until"][:10]) == (
        201,
        f"{purse.at + timedelta(days=7):%Y-%m-%d}",
    )
    shorter = ask(purse, "post", "exclusion/", {"days": 1})
    assert (shorter.status_code, shorter.json()["code"]) == (409, "exclusion_cannot_be_shortened")
    reload = {"amount_cents": 1_000, "below_cents": 500, "daily_cap_cents": 2_000}
    for method, path, body in (
        ("post", "topups/", {"amount_cents": 2_000}),
        ("post", "topups/", {"amount_cents": 2_000, "card_id": str(card.pk)}),
        ("post", "codes/redeem/", {"code": "MOONRISE"}),
        (
            "put",
            "auto-reload/",
            {"is_on": True, "consents": True, "card_id": str(card.pk), **reload},
        ),
    ):
        refused = ask(purse, method, path, body)
        assert (refused.status_code, refused.json()["code"]) == (422, "self_excluded"), path
    assert Exclusion.objects.count() == 1
    assert not TopUp.objects.exists()
    assert not PromoRedemption.objects.exists()
    assert not AutoReload.objects.exists()


def test_a_limit_bounds_what_is_added_too(purse: Purse) -> None:
    ask(purse, "put", "limits/", {"span": "day", "cents": 2_500})
    assert ask(purse, "post", "topups/", {"amount_cents": 2_000}).status_code == 201
    refused = ask(purse, "post", "topups/", {"amount_cents": 1_000})

    assert (refused.status_code, refused.json()["code"]) == (422, "spend_limit_reached")
    assert refused.json()["left_cents"] == 500
    assert TopUp.objects.count() == 1


def test_a_card_is_added_listed_used_preferred_and_removed(purse: Purse) -> None:
    refused = ask(purse, "post", "methods/", {"consents": False})
    assert (refused.status_code, refused.json()["code"]) == (400, "consent_needed")
    assert not CardSetup.objects.exists()
    page = ask(purse, "post", "methods/", {"consents": True})
    assert page.status_code == 201
    assert page.json()["checkout_url"].startswith(f"{purse.till.sandbox.base}/pay/")
    first, second = purse.save_card(), purse.save_card("5555555555554444")
    shown = ask(purse, "get", "methods/").json()
    assert [card["last4"] for card in shown["results"]] == ["4242", "4444"]
    assert shown["consent"] == words.KEEP_CONSENT
    assert "pm_" not in str(shown)
    assert ask(purse, "put", f"methods/{second.pk}/").json()["is_default"] is True
    wish = {"amount_cents": 2_000, "card_id": str(second.pk)}
    added = ask(purse, "post", "topups/", wish).json()
    assert (added["status"], added["card_label"]) == ("succeeded", "Mastercard ending 4444")
    assert ask(purse, "delete", f"methods/{second.pk}/").status_code == 204
    assert [c["id"] for c in ask(purse, "get", "methods/").json()["results"]] == [str(first.pk)]
    assert ask(purse, "post", "topups/", wish).status_code == 404
    assert purse.cash == 2_000


def test_auto_reload_is_off_until_it_is_asked_for(purse: Purse) -> None:
    assert ask(purse, "get", "auto-reload/").json()["is_on"] is False
    assert ask(purse, "put", "auto-reload/", {"is_on": True}).status_code == 400
    wish = {
        "is_on": True,
        "amount_cents": 1_000,
        "below_cents": 500,
        "daily_cap_cents": 3_000,
        "card_id": str(purse.save_card().pk),
    }
    refused = ask(purse, "put", "auto-reload/", wish)
    assert (refused.status_code, refused.json()["code"]) == (400, "consent_needed")
    on = ask(purse, "put", "auto-reload/", {**wish, "consents": True}).json()
    assert (on["is_on"], on["below_cents"]) == (True, 500)
    assert "without asking me again" in on["consent"]
    off = ask(purse, "put", "auto-reload/", {"is_on": False}).json()
    assert (off["is_on"], off["amount_cents"]) == (False, 1_000)


def test_codes_are_redeemed_once_and_guesses_are_counted(purse: Purse) -> None:
    code = a_code(purse.at)
    done = ask(purse, "post", "codes/redeem/", {"code": " moonrise"})
    assert (done.status_code, done.json()["amount_cents"]) == (201, 1_000)
    assert done.json()["promo_cents"] == 1_000
    answers = [ask(purse, "post", "codes/redeem/", {"code": f"GUESS{n}"}) for n in range(10)]
    assert [a.status_code for a in answers] == [422] * 9 + [429]
    assert {a.json()["code"] for a in answers} == {"code_not_valid", "too_many"}
    code.refresh_from_db()
    assert (code.uses, PromoCode.objects.count()) == (1, 1)


def test_money_goes_back_only_after_a_fresh_sign_in(purse: Purse) -> None:
    purse.top_up(2_000)
    browser = Client()
    browser.force_login(purse.client)
    headers = {"Idempotency-Key": "one"}

    def post(cents: int) -> Any:
        return browser.post(
            f"{BASE}withdrawals/",
            {"amount_cents": cents},
            content_type="application/json",
            headers=headers,
            secure=True,
        )

    stale = post(500)
    assert (stale.status_code, stale.json()["code"]) == (403, "fresh_sign_in_needed")
    assert stale.json()["reauthenticate_url"] == "/accounts/reauthenticate/"
    assert not Withdrawal.objects.exists()
    again = {"password": builders.PASSWORD}
    browser.post("/accounts/reauthenticate/", again, secure=True)
    too_much = post(2_001)
    assert (too_much.status_code, too_much.json()["available_cents"]) == (402, 2_000)
    done = post(500)
    assert done.status_code == 201
    assert done.json()["parts"] == [
        {"card": "Visa ending 4242", "amount_cents": 500, "state": "waiting"}
    ]
    assert post(500).json() == done.json()
    headers["Idempotency-Key"] = "two"
    assert post(500).json()["code"] == "one_withdrawal_a_day"
    listed = ask(purse, "get", "withdrawals/").json()["results"]
    assert [row["id"] for row in listed] == [done.json()["id"]]
    one = ask(purse, "get", f"withdrawals/{done.json()['id']}/").json()
    assert one["amount_cents"] == 500
    assert purse.cash == 1_500


def test_the_statement_is_safe_to_open_in_a_spreadsheet(purse: Purse) -> None:
    builders.top_up(purse.client, 500, at=purse.at)
    reader = builders.a_reader(at=purse.at, online=False).user
    movements.send_gift(
        gift_id=purse.client.pk,
        sender=purse.client,
        reader=reader,
        price_cents=200,
        at=purse.at,
        words='=HYPERLINK("http://evil.test")',
    )
    answer = ask(purse, "get", "statements/")

    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = answer.content.decode().splitlines()
    assert "'=HYPERLINK" in lines[1]
    assert lines[1].split(",")[-4:] == ["-2.00", "3.00", "USD", ""]
    assert len(ledger.activity_of(purse.client.pk)) == 2

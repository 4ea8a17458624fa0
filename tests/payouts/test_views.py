"""The wallet's pages."""

from __future__ import annotations

import csv

import pytest
from django.test import Client

from tests import builders
from tests.payouts.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


@pytest.fixture
def browser(till: Till) -> Client:
    browser = Client()
    browser.force_login(till.client)
    return browser


def test_the_wallet_shows_what_is_there_and_what_moved(till: Till, browser: Client) -> None:
    builders.top_up(till.client, 5000, at=till.at)
    page = browser.get("/wallet/", secure=True).content.decode()
    assert "$50.00" in page
    assert "+$50.00" in page
    assert "Added funds" in page
    assert "style=" not in page


def test_an_empty_wallet_gives_a_next_step(browser: Client) -> None:
    page = browser.get("/wallet/", secure=True).content.decode()
    assert "Nothing yet" in page
    assert "See readers" in page


def test_earlier_lines_are_a_page_further(till: Till, browser: Client) -> None:
    for cents in range(500, 525):
        builders.top_up(till.client, cents, at=till.at)
    page = browser.get("/wallet/", secure=True)
    older = browser.get("/wallet/", {"before": page.context["next_seq"]}, secure=True)
    assert "+$5.24" in page.content.decode()
    assert "+$5.04" in older.content.decode()
    assert len(older.context["rows"]) == 5


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "9" * 30}, {"kind": "gold"}, {"next": "//evil.test/"}]
)
def test_a_nonsense_address_still_shows_the_wallet(browser: Client, query: dict[str, str]) -> None:
    page = browser.get("/wallet/", query, secure=True)
    assert page.status_code == 200
    assert "evil.test" not in page.content.decode()


def test_the_way_back_to_a_reader_is_kept(browser: Client) -> None:
    page = browser.get("/wallet/", {"next": "/readers/ana/?kind=voice"}, secure=True)
    assert 'data-next="/readers/ana/?kind=voice"' in page.content.decode()


def test_a_bank_at_work_is_said(till: Till, browser: Client) -> None:
    till.pay(till.start(), "4000002500003155")
    till.hear()
    assert "$20.00 is on its way" in browser.get("/wallet/", secure=True).content.decode()


def test_the_csv_holds_every_line(till: Till, browser: Client) -> None:
    for cents in (500, 725):
        builders.top_up(till.client, cents, at=till.at)
    answer = browser.get("/wallet/activity.csv", secure=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [(r["What"], r["Amount"], r["Balance"]) for r in rows] == [
        ("Added funds", "7.25", "12.25"),
        ("Added funds", "5.00", "5.00"),
    ]


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("4242424242424242", "is in your wallet"),
        ("4000000000009995", "not enough on this card"),
    ],
)
def test_the_return_page_says_how_it_went(
    till: Till, browser: Client, card: str, words: str
) -> None:
    top_up = till.start()
    till.pay(top_up, card)
    till.hear()
    page = browser.get("/wallet/return/", {"top_up": top_up.pk}, secure=True)
    assert words in page.content.decode()


@pytest.mark.parametrize("named", ["", "x", "01a1f94d-5eef-7cbc-85f8-28535c0e6806"])
def test_a_return_from_nowhere_is_a_404(browser: Client, named: str) -> None:
    assert browser.get("/wallet/return/", {"top_up": named}, secure=True).status_code == 404

"""What a sender reads in the wallet about gifts and doors."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from backend.core import clock
from live.models import Gift
from live.streams.services import passes
from tests import builders
from tests.live.streams.gifting import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(at: datetime) -> Iterator[Room]:
    """A premium room whose viewer paid the door and sent two gifts, one without a name."""
    with clock.frozen(at):
        room = Room(at, title="Moon over water", access="premium", price_cents=500)
        passes.buy(stream_id=room.stream.id, client=room.sender, at=at)
        room.send("rose")
        room.send("crystal", anonymous=True)
        yield room


@pytest.fixture
def browser(room: Room) -> Client:
    browser = Client()
    browser.force_login(room.sender)
    return browser


def test_the_wallet_names_the_gift_the_reader_and_the_stream(room: Room, browser: Client) -> None:
    page = browser.get("/wallet/", secure=True).content.decode()

    host = room.host.display_name
    assert f"Rose to {host}, Moon over water" in page
    assert f"Crystal to {host}, Moon over water" in page
    assert f"Entrance to Moon over water with {host}" in page
    assert "\N{MINUS SIGN}$10.00" in page


def test_gifts_and_doors_can_be_shown_alone(room: Room, browser: Client) -> None:
    page = browser.get("/wallet/", {"kind": "gifts"}, secure=True)

    assert [row.amount_cents for row, _ in page.context["rows"]] == [-1_000, -200, -500]
    lines = builders.api(room.sender).get("/api/v1/payments/transactions/?kind=gifts").json()
    assert [line["kind"] for line in lines["results"]] == ["gift", "gift", "stream_pass"]
    assert lines["results"][1]["label"] == f"Rose to {room.host.display_name}, Moon over water"


def test_the_table_for_a_spreadsheet_has_the_same_words(room: Room, browser: Client) -> None:
    answer = browser.get("/wallet/activity.csv", secure=True)

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    host = room.host.display_name
    assert [(row["What"], row["Amount"], row["Balance"]) for row in rows] == [
        (f"Crystal to {host}, Moon over water", "-10.00", "83.00"),
        (f"Rose to {host}, Moon over water", "-2.00", "93.00"),
        (f"Entrance to Moon over water with {host}", "-5.00", "95.00"),
        ("Added funds", "100.00", "100.00"),
    ]


def test_a_gift_has_a_receipt_for_the_two_whom_it_concerns(room: Room, browser: Client) -> None:
    rose = Gift.objects.get(kind__code="rose")
    url = f"/gifts/{rose.pk}/receipt/"
    assert f'href="{url}"' in browser.get("/wallet/", secure=True).content.decode()

    mine = browser.get(url, secure=True).content.decode()
    browser.force_login(room.host)
    theirs = browser.get(url, secure=True).content.decode()

    assert "You paid" in mine
    assert "$95.00, then $93.00" in mine
    assert "You earned" not in mine
    assert "You earned" in theirs
    assert f"{room.sender.display_name} gave you Rose." in theirs
    assert "Balance before" not in theirs
    assert "style=" not in mine + theirs


def test_a_receipt_keeps_the_name_that_was_kept(room: Room, browser: Client) -> None:
    url = f"/gifts/{Gift.objects.get(kind__code='crystal').pk}/receipt/"
    assert "You, without your name" in browser.get(url, secure=True).content.decode()

    browser.force_login(room.host)
    theirs = browser.get(url, secure=True).content.decode()

    assert "Anonymous gave you Crystal." in theirs
    assert room.sender.display_name not in theirs


def test_a_receipt_is_nobody_elses(room: Room, browser: Client) -> None:
    url = f"/gifts/{Gift.objects.get(kind__code='rose').pk}/receipt/"
    for stranger in (builders.a_client(at=room.now), builders.a_reader(at=room.now).user):
        browser.force_login(stranger)
        assert browser.get(url, secure=True).status_code == 404
    browser.logout()
    assert browser.get(url, secure=True).status_code == 302

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.core import clock, documents
from backend.ledger import earned, movements, payables
from payouts.earnings.services import holds
from payouts.models import ConnectAccount, Payout, PayoutRun, PayoutTerms
from tests import builders
from tests.conftest import NOON
from tests.payouts.earnings.conftest import earn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    """Noon of an ordinary Monday: no stand-in's clock is asked here."""
    return NOON


def _reader(at: datetime) -> User:
    reader = builders.a_reader(at=at, online=False).user
    User.objects.filter(pk=reader.pk).update(date_joined=at - 60 * DAY)
    reader.refresh_from_db()
    return reader


def _browser(reader: User) -> Client:
    browser = Client()
    browser.force_login(reader)
    return browser


def _page(browser: Client, at: datetime, path: str = "/earnings/") -> str:
    with clock.frozen(at):
        answer = browser.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def _connected(reader: User, at: datetime, **facts: Any) -> ConnectAccount:
    usual = {"can_receive": True, "payouts_enabled": True, "is_submitted": True, "ready_at": at}
    return ConnectAccount.objects.create(
        reader=reader, api="v2", account_id="acct_1", created_at=at, checked_at=at,
        country="US", currency="usd", **{**usual, **facts},
    )  # fmt: skip


def test_a_reader_sees_what_is_there_what_comes_and_every_line(at: datetime) -> None:
    reader = _reader(at)
    session_id = earn(reader, 4_200, at=at)
    movements.mature_due(at=at)
    earn(reader, 1_000, at=at + DAY)  # ended an hour after noon's yesterday: still pending
    _connected(reader, at)
    browser = _browser(reader)

    page = _page(browser, at)

    assert "3 March, 02:00 UTC" in page
    assert "$42.00" in page
    assert f'<a href="/sessions/{session_id}/receipt/">Reading</a>' in page
    assert "next: $10.00 on" in page
    assert "Show as table" in page
    assert 'role="img" aria-label="Your part of each day: $52.00 in 7 days' in page
    assert "is set up" in page
    assert "style=" not in page
    with clock.frozen(at):
        assert browser.get("/earnings/?month=2026-02&page=x&days=30").status_code == 200
        assert browser.get("/earnings/?month=9999-99").status_code == 200


def test_a_newcomer_is_told_what_to_do_and_someone_held_until_when(at: datetime) -> None:
    reader = _reader(at)
    browser = _browser(reader)
    page = _page(browser, at)
    assert "Where should your money go?" in page
    assert "Nothing has been paid out yet" in page
    assert "No lines in this month" in page

    account = _connected(
        reader,
        at,
        can_receive=False,
        refusal="requirements_past_due",
        currently_due=["individual.verification.document", "external_account"],
        due_by=at + 3 * DAY,
    )
    page = _page(browser, at)
    assert "<li>A photo of your passport or identity card</li>" in page
    assert "Give it by 5 March" in page

    ConnectAccount.objects.filter(pk=account.pk).update(can_receive=True, refusal="")
    holds.hold(reader_id=reader.pk, until=at + 2 * DAY, reason="your e-mail address changed", at=at)
    assert "Payouts wait until 4 March, 12:00 UTC" in _page(browser, at)


def test_payouts_are_listed_with_their_state_and_a_way_to_mend_them(at: datetime) -> None:
    reader = _reader(at)
    run = PayoutRun.objects.create(date=at.date(), kind="nightly", began_at=at, due_at=at)
    for n in range(30):
        sent = {"state": "sent", "transfer_id": f"tr_{n:02d}", "sent_at": at}
        ended = {"state": "refused", "reason": "account_ended", "reason_text": "It is closed."}
        Payout.objects.create(
            run=run, reader=reader, period_date=at.date() - n * DAY, state_since=at,
            created_at=at, amount_cents=2_000, currency="USD", **(ended if n == 29 else sent),
        )  # fmt: skip
    browser = _browser(reader)

    first = _page(browser, at, "/earnings/payouts/")
    assert first.count("<li> <div") == 25
    assert "It is closed." in first
    assert "Fix what stopped" in first
    older = re.search(r"\?before=[0-9a-f-]+", first)
    assert _page(browser, at, f"/earnings/payouts/{older[0]}").count("<li> <div") == 5
    assert 'href="/earnings/payouts/"' in _page(browser, at)


def test_the_threshold_is_at_least_ours(at: datetime) -> None:
    reader = _reader(at)
    browser = _browser(reader)

    for dollars in ("14.99", "-1", "1e9", "x", ""):
        browser.post("/earnings/threshold/", {"dollars": dollars})
        assert not PayoutTerms.objects.exists()
    browser.post("/earnings/threshold/", {"dollars": "50"})

    assert PayoutTerms.objects.get(reader=reader).threshold_cents == 5_000
    assert 'value="50.00"' in _page(browser, at)


def test_where_money_goes_is_asked_after_a_fresh_sign_in_only(at: datetime) -> None:
    browser = _browser(_reader(at))

    for path in ("/earnings/onboarding/", "/earnings/onboarding/again/"):
        ask = browser.get if path.endswith("again/") else browser.post
        assert ask(path).url.startswith("/accounts/reauthenticate/")
    assert not ConnectAccount.objects.exists()
    assert browser.get("/earnings/onboarding/").status_code == 405


def test_a_month_can_be_kept_as_a_document_and_as_a_table(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = _reader(at)
    earn(reader, 4_200, at=at)
    payouts_words = '=HYPERLINK("http://x","y")'
    monkeypatch.setattr(payables.Line, "label", property(lambda _: payouts_words))
    browser = _browser(reader)
    with clock.frozen(at):
        pdf = browser.get("/earnings/statements/2026-3.pdf")
        table = browser.get("/earnings/statements/2026-3.csv")
        year = browser.get("/earnings/statements/2026.csv")
        ahead = browser.get("/earnings/statements/2026-4.pdf")
        nothing = browser.get("/earnings/statements/2025.csv")
        page = browser.get("/earnings/statements/").content.decode()

    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="soulseer-2026-03.pdf"'
    head, line, sums = csv.reader(io.StringIO(table.content.decode()))
    assert head[:6] == ["When (UTC)", "What", "Gross", "Fee", "Yours", "Paid out"]
    assert line[1] == f"'{payouts_words}"  # no formula
    assert line[2:6] == ["60.00", "-18.00", "42.00", ""]
    assert sums[1:6] == ["Sum", "60.00", "-18.00", "42.00", "0.00"]
    assert list(csv.reader(io.StringIO(year.content.decode())))[1][:3] == [
        "2026-03",
        "60.00",
        "-18.00",
    ]
    assert (ahead.status_code, nothing.status_code) == (404, 404)
    assert "$42.00" in page

    def without_pango(*_: Any) -> bytes:
        raise documents.DocumentsUnavailable

    monkeypatch.setattr(documents, "pdf", without_pango)
    with clock.frozen(at):
        assert browser.get("/earnings/statements/2026-3.pdf").status_code == 503


def test_sums_agree_with_the_lines_beneath_them(at: datetime) -> None:
    reader = _reader(at)
    for ago in (0, 1, 20, 40):
        earn(reader, 1_000 + ago, at=at - ago * DAY)
    since, until = datetime(2026, 1, 1, tzinfo=UTC), at + DAY

    months = earned.by_month(reader.pk, since=since, until=until)
    days = earned.by_day(reader.pk, since=since, until=until)
    totals = payables.totals(reader.pk, since=since, until=until)

    assert [m.month.month for m in months] == [1, 2, 3]
    assert sum(m.net_cents for m in months) == totals.net_cents == sum(d.net_cents for d in days)
    assert sum(m.gross_cents for m in months) == totals.gross_cents
    assert {d.source for d in days} == {"readings"}
    assert sum(m.fee_cents for m in months) == totals.gross_cents - totals.net_cents


def test_the_api_gives_yearly_sums_to_the_reader_alone(at: datetime) -> None:
    reader = _reader(at)
    earn(reader, 4_200, at=at)

    with clock.frozen(at):
        (year,) = builders.api(reader).get("/api/v1/payouts/statements/").json()
    assert year["sums"] == {
        "gross_cents": 6_000,
        "fee_cents": 1_800,
        "corrected_cents": 0,
        "net_cents": 4_200,
        "paid_cents": 0,
    }
    assert year["months"][0]["month"] == "2026-03-01"
    client = builders.a_client(at=at)
    assert builders.api(client).get("/api/v1/payouts/statements/").status_code == 403
    assert _browser(client).get("/earnings/").status_code == 403

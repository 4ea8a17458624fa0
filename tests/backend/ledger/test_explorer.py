"""Looking into the ledger: lists, one movement, pots, and the way from a name to its place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core import clock
from backend.core.errors import NotFound
from backend.core.ids import born_at, first_id_of, uuid7
from backend.ledger import explorer, snapshots
from backend.ledger.explorer import Wanted, listing
from backend.ledger.models import Movement, Pot
from tests.backend.ledger.conftest import a_person, fund, grant, mature, pay_out, read


def kinds(wanted: Wanted, limit: int = 50) -> list[str]:
    return [row.kind for row in explorer.movements(wanted, limit=limit).rows]


def test_an_id_tells_when_it_was_made() -> None:
    made = uuid7()

    assert first_id_of(born_at(made)) <= made < first_id_of(born_at(made) + timedelta(seconds=1))


def test_every_filter_narrows_the_list(client_: User, reader: User, at: datetime) -> None:
    session = read(client_, reader, at, cash_cents=1_000)
    other = a_person()
    fund(other, 99_900, at)
    mature(at + timedelta(days=2))
    today = clock.now().date()

    whole = kinds(Wanted())
    assert len(whole) == Movement.objects.count() == 7
    about = f"session:{session}"
    assert sorted(kinds(Wanted(about=about))) == [
        "capture",
        "free_seconds",
        "hold",
        "matured",
        "release",
    ]
    assert kinds(Wanted(kind="capture")) == ["capture"]
    assert kinds(Wanted(key=f"sess:{session}:cap:")) == ["capture"]
    assert sorted(kinds(Wanted(person_id=reader.pk))) == ["capture", "matured"]
    assert kinds(Wanted(person_id=other.pk)) == ["top_up"]
    assert kinds(Wanted(least_cents=90_000)) == ["top_up"]
    assert kinds(Wanted(least_cents=90_000, most_cents=95_000)) == []
    assert len(kinds(Wanted(first_day=today, last_day=today))) == len(whole)
    assert kinds(Wanted(last_day=today - timedelta(days=2))) == []


def test_pages_join_without_a_gap_and_name_the_people(
    client_: User, reader: User, at: datetime
) -> None:
    read(client_, reader, at, cash_cents=1_000)
    seen, before = [], None
    while True:
        page = explorer.movements(Wanted(), limit=2, before=before)
        seen += page.rows
        if (before := page.next_before) is None:
            break

    assert [row.id for row in seen] == sorted((row.id for row in seen), reverse=True)
    assert len({row.id for row in seen}) == Movement.objects.count()
    captured = next(row for row in seen if row.kind == "capture")
    assert [id_ for id_, _ in captured.people] == [client_.pk, reader.pk]


def test_a_search_by_amount_stops_and_says_how_far_it_came(
    client_: User, at: datetime, monkeypatch: Any
) -> None:
    for cents in (70_000, 500, 500, 500):
        fund(client_, cents, at)
    monkeypatch.setattr(listing, "LOOKED_MAX", 3)

    first = explorer.movements(Wanted(least_cents=60_000), limit=10)
    assert (first.rows, first.looked_back_to is not None) == ([], True)
    assert len(kinds(Wanted(key="pi:"))) == 4
    monkeypatch.setattr(listing, "KEYED_MAX", 2)
    assert len(kinds(Wanted(key="pi:"))) == 3  # too many for the index: walked, a limited way
    rest = explorer.movements(Wanted(least_cents=60_000), limit=10, before=first.next_before)
    assert [row.gross_cents for row in rest.rows] == [70_000]
    assert rest.looked_back_to is None


def test_a_movement_says_what_went_where_and_what_belongs_to_it(
    client_: User, reader: User, at: datetime
) -> None:
    session = read(client_, reader, at, cash_cents=399)
    captured = Movement.objects.get(kind="capture")

    opened = explorer.movement(captured.pk)

    first, second = opened.transfers[:2]
    assert (first.debit.owner_id, first.credit.owner_id) == (client_.pk, reader.pk)
    assert (first.cents, second.cents, second.credit.owner_id) == (279, 120, None)
    assert {row.kind for row in opened.related} == {"hold", "capture", "release", "free_seconds"}
    assert opened.about == f"session:{session}"
    with pytest.raises(NotFound):
        explorer.movement(uuid4())


def test_a_pot_reads_line_by_line_with_what_was_there_after(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 500, at)
    read(client_, reader, at, cash_cents=1_000)
    wallet = Pot.objects.get(owner=client_, kind="client_wallet")

    opened = explorer.lines_of(wallet.pk, limit=2)
    rest = explorer.lines_of(wallet.pk, limit=2, before=opened.next_before)

    lines = [*opened.lines, *rest.lines]
    assert [(line.cents, line.balance_cents) for line in lines] == [
        (-1_000, 500), (1_000, 1_500), (500, 500),
    ]  # fmt: skip
    assert (opened.pot.cents, rest.next_before) == (500, "")
    with pytest.raises(NotFound):
        explorer.lines_of(10**9, limit=2)


def test_a_platforms_pot_is_walked_a_limited_way_at_a_time(
    client_: User, reader: User, at: datetime, monkeypatch: Any
) -> None:
    read(client_, reader, at, cash_cents=1_000)
    grant(client_, 100, at, until=at + timedelta(days=1))
    revenue = Pot.objects.get(kind="revenue_reading")
    lines, before = [], ""
    for _ in range(3):
        page = explorer.lines_of(revenue.pk, limit=1, before=before)
        lines += page.lines
        before = page.next_before
    assert [(line.kind, line.cents, line.balance_cents) for line in lines[:1]] == [
        ("capture", 300, None)
    ]

    monkeypatch.setattr("backend.ledger.explorer.pots.LOOKED_MAX", 1)
    assert explorer.lines_of(revenue.pk, limit=5).looked_back_to is not None


def test_all_pots_sum_to_nothing(client_: User, reader: User, at: datetime) -> None:
    read(client_, reader, at, cash_cents=1_000, promo_cents=300)
    snapshots.take(at=at)
    mature(at + timedelta(days=2))
    pay_out(reader, at)

    shown = explorer.standing()

    assert shown.total_cents == 0
    assert {purse.kind: purse.cents for purse in shown.platform}["revenue_reading"] == 390
    own = {purse.kind: purse.cents for purse in explorer.pots_of(reader.pk)}
    assert own["reader_payable"] == 0


def test_any_name_leads_to_its_place(client_: User, reader: User, at: datetime) -> None:
    session = read(client_, reader, at, cash_cents=2_000)
    mature(at + timedelta(days=2))
    payout = pay_out(reader, at)
    paid, sent = Movement.objects.get(kind="top_up"), Movement.objects.get(kind="payout_sent")
    wallet = Pot.objects.get(owner=client_, kind="client_wallet")

    for name, place, where in (
        (str(paid.pk), "movement", str(paid.pk)),
        (paid.key, "movement", str(paid.pk)),
        (paid.key.split(":")[1], "movement", str(paid.pk)),
        (f"tr_{payout}", "movement", str(sent.pk)),
        (str(session), "about", f"session:{session}"),
        (str(payout), "about", f"payout:{payout}"),
        (f"session:{session}", "about", f"session:{session}"),
        (str(reader.pk), "person", str(reader.pk)),
        (client_.email.upper(), "person", str(client_.pk)),
        (str(wallet.pk), "pot", str(wallet.pk)),
    ):
        spot = explorer.find(f" {name} ")
        assert spot is not None, name
        assert (spot.place, spot.name) == (place, where), name
    for nothing in ("", "re_unknown", "999999", "nobody@x.test", str(uuid4()), "pi_%", "a:b"):
        assert explorer.find(nothing) is None, nothing


def test_an_admin_is_found_though_nothing_moved_for_them(db: None) -> None:
    admin = a_person(Role.ADMIN)

    spot = explorer.find(str(admin.pk))
    assert spot is not None
    assert (spot.place, explorer.pots_of(admin.pk)) == ("person", [])

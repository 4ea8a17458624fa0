"""Gifts of a day, looked through: what is held, what is told, and what is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.accounts.models import User
from backend.accounts.services import traces
from backend.ledger import collusion, flags, movements
from backend.ledger.audit import proofs
from backend.ledger.models import Flag, Lot
from tests import builders

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_ROOMS = "a gift is what was paid"  # these tests give without a room


@pytest.fixture
def reader(db: None, at: datetime) -> User:
    """A reader of long standing."""
    return _aged(builders.a_reader(at=at, online=False).user, at, days=400)


def _aged(user: User, at: datetime, **age: float) -> User:
    user.date_joined = at - timedelta(**age)
    user.save(update_fields=["date_joined"])
    return user


def _client(at: datetime, cents: int, added_before: timedelta = HOUR, **age: float) -> User:
    client = _aged(builders.a_client(at=at), at, **age)
    builders.top_up(client, cents, at=at - added_before)
    return client


def _give(client: User, reader: User, cents: int, at: datetime) -> str:
    gift_id = uuid4()
    movements.send_gift(gift_id=gift_id, sender=client, reader=reader, price_cents=cents, at=at)
    return f"gift:{gift_id}"


def _held() -> set[str]:
    return set(Lot.objects.filter(matures_at=None).values_list("about", flat=True))


def test_money_added_and_given_at_once_waits_until_staff_clear_it(
    reader: User, at: datetime
) -> None:
    client = _client(at, 20_000, timedelta(minutes=5), days=2)
    given = {_give(client, reader, 10_000, at) for _ in range(2)}

    assert collusion.look(at=at) == 2
    assert collusion.look(at=at) == 0

    assert _held() == given
    assert {flag.in_common for flag in Flag.objects.all()} == {
        "money added and given to one reader at once"
    }
    movements.mature_due(at=at + 2 * DAY)
    assert _held() == given, "they do not mature"
    assert [found for found in proofs(at) if found.proof != OF_ROOMS] == []

    admin = builders.an_admin()
    for flag in Flag.objects.all():
        flags.clear(flag.pk, by=admin, reason="A birthday.", at=at)
    assert collusion.look(at=at) == 0, "what staff cleared of two people is trusted"
    assert _held() == set()
    builders.top_up(client, 20_000, at=at)
    _give(client, reader, 20_000, at)
    assert collusion.look(at=at + HOUR) == 0


def test_accounts_of_today_that_carry_one_reader_wait_and_others_do_not(
    reader: User, at: datetime
) -> None:
    old = _client(at, 3_000, days=300)
    fresh = [_client(at, 6_000, hours=2) for _ in range(3)]
    _give(old, reader, 3_000, at)
    given = {_give(one, reader, 4_000, at) for one in fresh}

    assert collusion.look(at=at) == 3
    assert _held() == given


def test_a_household_that_moves_much_waits_though_one_address_alone_does_not(
    reader: User, at: datetime
) -> None:
    client = _client(at, 20_000, 5 * HOUR, days=300)
    for person in (client, reader):
        traces.note(user_id=person.pk, seen={"address": "8.8.8.8"}, at=at)
    first = _give(client, reader, 5_000, at)
    assert collusion.look(at=at) == 0
    assert not Flag.objects.get().is_strong

    second = _give(client, reader, 10_000, at)
    assert collusion.look(at=at) == 2
    assert _held() == {first, second}
    assert Flag.objects.get(lot__about=first).kinds == ["address", "household"]


@pytest.mark.django_db
def test_a_devoted_client_of_a_new_reader_is_told_once_and_holds_nothing(at: datetime) -> None:
    new = _aged(builders.a_reader(at=at, online=False).user, at, days=1)
    client = _client(at, 40_000, 5 * HOUR, days=300)
    for _ in range(3):
        _give(client, new, 12_000, at)

    assert collusion.look(at=at) == 0

    flag = Flag.objects.get()
    assert (flag.kinds, flag.is_strong) == (["one_giver"], False)
    assert _held() == set()


def test_an_ordinary_generous_evening_is_left_alone(reader: User, at: datetime) -> None:
    clients = [_client(at, 50_000, 5 * HOUR, days=300) for _ in range(3)]
    for client in clients:
        _give(client, reader, 20_000, at)
        builders.top_up(client, 5_000, at=at)
    just_joined = _client(at, 5_000, timedelta(minutes=1), hours=1)
    _give(just_joined, reader, 5_000, at)

    assert collusion.look(at=at) == 0
    assert not Flag.objects.exists()

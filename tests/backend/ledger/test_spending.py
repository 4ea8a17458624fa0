"""What clients spent within a span, and what their own limits leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.accounts.models import User
from backend.accounts.services import spend_limits
from backend.ledger import movements, spending
from backend.ledger.errors import SpendLimitReached
from tests import builders
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db
Span = spending.Span


def spent(client: User, at: datetime) -> list[int]:
    """Cents of the last day, week and month."""
    return list(spending.spent_by([client.pk], at=at)[client.pk].values())


def test_each_span_counts_back_from_any_moment(at: datetime) -> None:
    client = builders.a_client(cents=10_000, at=at)
    reader = builders.a_reader(at=at, online=False).user
    for days in (40, 20, 3, 0):
        movements.send_gift(
            gift_id=uuid4(),
            sender=client,
            reader=reader,
            price_cents=100 + days,
            at=at - timedelta(days=days),
        )

    assert spent(client, at) == [100, 203, 323]
    assert spent(reader, at) == [0, 0, 0]
    assert spent(builders.a_client(at=at), at) == [0, 0, 0]


def test_a_door_that_is_given_back_was_not_spent(at: datetime) -> None:
    client = builders.a_client(cents=1_000, at=at)
    reader = builders.a_reader(at=at, online=False).user
    door = movements.Door(uuid4(), at)
    spend_limits.change(client=client, span="day", cents=800, at=at)
    movements.buy_pass(door=door, client=client, reader=reader, price_cents=700, at=at)
    with pytest.raises(SpendLimitReached):
        movements.buy_pass(
            door=movements.Door(uuid4(), at), client=client, reader=reader, price_cents=101, at=at
        )
    assert spent(client, at) == [700] * 3
    movements.refund_pass(stream_id=door.stream_id, client=client, reader=reader, at=at)

    assert spent(client, at) == [0] * 3
    assert spending.room_of(client.pk, at=at) == spending.Room(Span.DAY, 800, 0)


def test_minutes_that_came_back_were_not_spent(at: datetime) -> None:
    stage = Stage(at)
    stage.connect()
    stage.run(120)
    stage.hangup()
    assert spent(stage.client, stage.now) == [798] * 3
    half = movements.Refund(uuid4(), 1, stage.session.id, 399, movements.Bearer.SPLIT)
    movements.refund_reading(refund=half, at=stage.now)

    assert spent(stage.client, stage.now) == [399] * 3


def test_adding_and_credit_are_not_spending(at: datetime) -> None:
    client = builders.a_client(cents=5_000, at=at)
    movements.grant_promo(
        client=client, grant_id=uuid4(), cents=500, expires_at=at + timedelta(days=1), at=at
    )
    movements.withdraw(withdrawal_id=uuid4(), client=client, cents=1_000, at=at)

    assert spent(client, at) == [0] * 3
    assert spending.room_of(client.pk, at=at) is None

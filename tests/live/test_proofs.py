from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from backend.ledger import audit
from live.models import ReadingSession
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db


def drop_the_guards() -> None:
    """Let a test write what the database refuses; its transaction puts the CHECKs back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'live_readingsession'::regclass AND contype = 'c'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE live_readingsession DROP CONSTRAINT "{name}"')


@pytest.fixture
def over(at: datetime) -> Stage:
    """A reading of 90 seconds that has ended."""
    stage = Stage(at)
    stage.connect()
    stage.run(90)
    stage.hangup()
    return stage


def found(at: datetime) -> set[str]:
    return {finding.proof for finding in audit.proofs(at)}


def test_a_reading_that_went_its_way_proves_sound(over: Stage) -> None:
    assert found(over.now) == set()


@pytest.mark.parametrize(
    ("damage", "proof"),
    [
        ({"billable_s": 60}, "an ended reading cost its price"),
        ({"billable_s": 120}, "an ended reading cost its price"),
        ({"reader_total_cents": 1}, "the reader got their share"),
        ({"captured_cash_cents": 1}, "captures are what the reading counts"),
        ({"released_cents": 0}, "an ended reading holds nothing"),
        ({"released_cents": 0}, "reserved money is what readings hold"),
    ],
)
def test_each_kind_of_damage_is_found(over: Stage, damage: dict[str, int], proof: str) -> None:
    drop_the_guards()
    ReadingSession.objects.filter(pk=over.session.pk).update(**damage)

    assert proof in found(over.now)

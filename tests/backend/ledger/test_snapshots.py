from __future__ import annotations

from datetime import datetime

from django.db import connection

from backend.accounts.models import User
from backend.ledger import snapshots
from backend.ledger.models import PotKind, PotSnapshot
from tests.backend.ledger.conftest import fund

_A_DAY = """
INSERT INTO ledger_transfer (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
SELECT movement_id, n, debit_pot_id, credit_pot_id, 1
FROM ledger_transfer, generate_series(10, 25000) AS n
"""


def test_a_balance_is_the_snapshot_and_what_came_since(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)
    assert snapshots.take(at=at) == 1
    fund(client_, 500, at)

    assert snapshots.balances()[PotKind.STRIPE_CLEARING] == -1_500
    assert PotSnapshot.objects.get().debits_cents == 1_000


def test_a_second_snapshot_builds_on_the_first(client_: User, at: datetime) -> None:
    for _ in range(2):
        fund(client_, 1_000, at)
        snapshots.take(at=at)

    assert snapshots.balances()[PotKind.STRIPE_CLEARING] == -2_000
    assert sorted(s.debits_cents for s in PotSnapshot.objects.all()) == [1_000, 2_000]


def test_snapping_twice_without_a_transfer_between_changes_nothing(
    client_: User, at: datetime
) -> None:
    fund(client_, 1_000, at)

    assert [snapshots.take(at=at), snapshots.take(at=at)] == [1, 0]


def test_what_comes_after_a_snapshot_is_found_without_reading_what_came_before(
    client_: User, at: datetime
) -> None:
    fund(client_, 1_000, at)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a day of others' transfers
        cursor.execute(_A_DAY)
        snapshots.take(at=at)

        cursor.execute("SELECT brin_summarize_new_values('transfers_by_order')")
        assert cursor.fetchone() == (0,), "the index knows nothing of pages before the cut"


def test_a_pot_that_never_moved_is_empty(db: None) -> None:
    assert set(snapshots.balances().values()) == {0}

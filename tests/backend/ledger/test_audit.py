"""The audit finds each kind of damage, made on purpose with the guards switched off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backend.accounts.models import User
from backend.core import clock
from backend.core.ids import uuid7
from backend.ledger import audit, movements, tasks
from backend.ledger.models import PotSnapshot, PromoGrant
from backend.ledger.movements import Capture, Hold
from tests import builders
from tests.backend.ledger.conftest import fund, held


@pytest.fixture
def lively(client_: User, reader: User, at: datetime) -> User:
    """A ledger with some life: a settled top-up, a grant, half a reading."""
    fund(client_, 2_000, at)
    movements.top_up(
        client=client_, amount_cents=500, payment_intent_id="pi_1", about="topup:1", at=at
    )
    movements.settle_charge(
        transaction_id="txn_1", payment_intent_id="pi_1", gross_cents=500, fee_cents=45, at=at
    )
    movements.grant_promo(
        client=client_, grant_id=uuid4(), cents=300, expires_at=at + timedelta(days=9), at=at
    )
    session = uuid7()
    movements.post_readings([Hold(session, 1, client_.pk, 300, 498)], at=at)
    step = Capture(session, client_.pk, reader.pk, 60, 279, 120, 0, 399)
    movements.post_readings([step], at=at)
    movements.open_lot(
        about=f"session:{session}", reader_id=reader.pk, earned_cents=279, matures_at=at
    )
    return client_


def damage(*statements: str) -> None:
    """Write past every guard, as nobody can who is not the database's owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_pot", "ledger_movement", "ledger_transfer"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_pot", "ledger_movement", "ledger_transfer"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found(at: datetime) -> set[str]:
    return {finding.proof for finding in audit.proofs(at)}


def test_a_lively_ledger_is_sound(lively: User, at: datetime) -> None:
    assert audit.proofs(at) == []


WALLET = "kind = 'client_wallet'"
DAMAGES = {
    "the counters are the sum of the transfers": [
        f"UPDATE ledger_pot SET credits_cents = credits_cents + 1 WHERE {WALLET}"
    ],
    "no pot is overdrawn": [
        "ALTER TABLE ledger_pot DROP CONSTRAINT no_pot_is_overdrawn",
        f"UPDATE ledger_pot SET debits_cents = credits_cents + 1 WHERE {WALLET}",
    ],
    "every transfer has its movement and its pots": [
        "DELETE FROM ledger_movement WHERE kind = 'top_up'"
    ],
    "the legs of a movement add up to its gross": [
        "UPDATE ledger_movement SET gross_cents = gross_cents + 1 WHERE kind = 'capture'"
    ],
    "the first line of a movement touches everybody": [
        "UPDATE ledger_transfer SET line = line + 5 WHERE line = 0",
        "UPDATE ledger_transfer SET line = 0 WHERE line = 1",
    ],
    "nobody owes us beside money they could spend": [
        "UPDATE ledger_pot SET debits_cents = debits_cents + 5 WHERE kind = 'client_receivable'"
    ],
    "what Stripe settled is what we had booked": [
        "UPDATE ledger_movement SET about = 'pi:pi_unknown' WHERE kind = 'settlement'"
    ],
    "unfinished lots are covered by what is pending": [
        "UPDATE ledger_lot SET earned_cents = earned_cents + 1"
    ],
    "the database still refuses changes": [
        "DROP TRIGGER a_movement_never_changes ON ledger_movement"
    ],
    "the database still checks": ["ALTER TABLE ledger_pot DROP CONSTRAINT no_pot_is_overdrawn"],
}


@pytest.mark.parametrize("proof", DAMAGES)
def test_the_audit_finds_the_damage(lively: User, at: datetime, proof: str) -> None:
    damage(*DAMAGES[proof])

    assert proof in found(at)


def test_a_transfer_slipped_in_is_found_twice(lively: User, at: datetime) -> None:
    damage(
        """INSERT INTO ledger_transfer
            (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
        SELECT movement_id, 9, debit_pot_id, credit_pot_id, 1
        FROM ledger_transfer ORDER BY seq DESC LIMIT 1"""
    )

    assert {"the counters are the sum of the transfers"} <= found(at)


def test_a_guard_that_is_switched_off_is_found(lively: User, at: datetime) -> None:
    damage()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER a_transfer_never_changes")

    assert found(at) == {"the database still refuses changes"}


def test_apps_above_add_proofs_of_their_own(
    lively: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_proofs", [])

    @audit.proof
    def nothing_is_ever_right(_: datetime) -> Iterable[audit.Finding]:
        yield audit.Finding("nothing is right", "this")

    assert [str(finding) for finding in audit.proofs(at)] == ["nothing is right: this"]


def test_the_command_says_sound_or_fails(lively: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger_audit")
    assert "The ledger is sound." in capsys.readouterr().out

    damage(*DAMAGES["the counters are the sum of the transfers"])
    with pytest.raises(CommandError, match="1 findings"):
        call_command("ledger_audit")


def test_owing_more_than_there_is_alerts_without_failing(client_: User, at: datetime) -> None:
    movements.adjust(
        client=client_,
        adjustment_id=uuid4(),
        cents=100,
        reason="sorry",
        signed_by=[builders.an_admin().pk],
        at=at,
    )

    assert [alert.proof for alert in audit.alerts(at)] == ["solvency"]
    assert audit.proofs(at) == []


def test_the_night_expires_credit_and_snaps_the_platforms_pots(lively: User, at: datetime) -> None:
    PromoGrant.objects.update(expires_at=at)

    with clock.frozen(at + timedelta(days=1)):
        assert tasks.audit_nightly() == 0

    assert PromoGrant.objects.get().expired_at == at + timedelta(days=1)
    assert held(lively, "client_promo") == 0
    assert PotSnapshot.objects.count() == 5

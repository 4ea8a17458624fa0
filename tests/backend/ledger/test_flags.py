"""Flags at the edges; the cases are in tests/live/test_flags_cases.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from backend.accounts.models import User
from backend.accounts.services import traces
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import audit, flags, movements
from backend.ledger.models import Flag, Lot
from tests import builders


def _pair(at: datetime) -> tuple[User, User]:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at).user
    for person in (client, reader):
        traces.note(user_id=person.pk, seen={"device": "d"}, at=at)
    return client, reader


def _earn(about: str, reader: User, at: datetime) -> None:
    day = at + timedelta(days=1)
    movements.open_lot(about=about, reader_id=reader.pk, earned_cents=100, matures_at=day)


def test_one_lot_is_flagged_once_and_a_cleared_one_not_again(db: None, at: datetime) -> None:
    client, reader = _pair(at)
    _earn("gift:1", reader, at)
    look = {"about": "gift:1", "client_id": client.pk, "reader_id": reader.pk, "at": at}

    assert [flags.examine(**look), flags.examine(**look)] == [True, False]
    flags.clear(Flag.objects.get().pk, by=builders.an_admin(), reason="Siblings", at=at)
    assert flags.examine(**look) is False
    assert Lot.objects.get().matures_at == at + timedelta(days=1)


def test_what_was_never_earned_cannot_be_flagged(db: None, at: datetime) -> None:
    client, reader = _pair(at)
    with pytest.raises(NotFound):
        flags.examine(about="gift:2", client_id=client.pk, reader_id=reader.pk, at=at)
    with pytest.raises(NotFound):
        flags.clear(uuid4(), by=builders.an_admin(), reason="x", at=at)


def test_the_database_wants_who_when_and_why(db: None, at: datetime) -> None:
    client, reader = _pair(at)
    _earn("gift:3", reader, at)
    flags.examine(about="gift:3", client_id=client.pk, reader_id=reader.pk, at=at)

    wrong = IntegrityError, "a_decision_names_who_when_and_why"
    with pytest.raises(wrong[0], match=wrong[1]), transaction.atomic():
        Flag.objects.update(state="cleared", decided_at=at)


def test_money_that_has_matured_is_out_of_a_confirmations_reach(db: None, at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at).user
    for person in (client, reader):
        traces.note(user_id=person.pk, seen={"address": "81.2.69.142"}, at=at)
    _earn("gift:4", reader, at)
    flags.examine(about="gift:4", client_id=client.pk, reader_id=reader.pk, at=at)
    Lot.objects.update(state="payable")
    flags.confirm(Flag.objects.get().pk, by=builders.an_admin(), reason="Proven", at=at)

    assert Lot.objects.get().matures_at == at + timedelta(days=1)


def test_a_household_is_told_of_once_and_held_once_it_is_confirmed(db: None, at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at).user
    for person in (client, reader):
        traces.note(user_id=person.pk, seen={"address": "81.2.69.142"}, at=at)

    def give(about: str) -> bool:
        _earn(about, reader, at)
        return flags.examine(about=about, client_id=client.pk, reader_id=reader.pk, at=at)

    assert [give("gift:6"), give("gift:7")] == [False, False]
    assert Flag.objects.count() == 1
    flags.confirm(Flag.objects.get().pk, by=builders.an_admin(), reason="Proven", at=at)
    assert give("gift:8") is True
    assert Flag.objects.filter(is_strong=True).count() == 1


def test_the_audit_finds_earnings_that_wait_for_nobody(db: None, at: datetime) -> None:
    client, reader = _pair(at)
    for about in ("gift:6", "gift:7"):
        _earn(about, reader, at)
    flags.examine(about="gift:6", client_id=client.pk, reader_id=reader.pk, at=at)
    held = "what waits for staff has a flag"
    assert held not in {finding.proof for finding in audit.proofs(at)}

    Lot.objects.update(matures_at=None)
    assert f"{held}: gift:7" in map(str, audit.proofs(at))
    assert f"{held}: gift:6" not in map(str, audit.proofs(at))


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_decides(at: datetime) -> None:
    client, reader = _pair(at)
    _earn("gift:5", reader, at)
    flags.examine(about="gift:5", client_id=client.pk, reader_id=reader.pk, at=at)
    flag, answers = Flag.objects.get(), []

    def decide(act: Any, by: User) -> None:
        try:
            act(flag.pk, by=by, reason=act.__name__, at=at)
            answers.append(act.__name__)
        except IllegalMove:
            answers.append("late")
        finally:
            connection.close()

    admins = [builders.an_admin() for _ in range(2)]
    threads = [
        Thread(target=decide, args=pair)
        for pair in zip((flags.clear, flags.confirm), admins, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    flag.refresh_from_db()
    assert sorted(answers, key="late".__eq__)[1:] == ["late"]
    assert (flag.reason == "clear") is (flag.lot.matures_at is not None)

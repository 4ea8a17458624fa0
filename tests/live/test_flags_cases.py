"""Case 34, second half: alt accounts are flagged, and their earnings stay in pending."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from backend.accounts.models import Role, Trace, User
from backend.accounts.services import traces
from backend.core import clock
from backend.core.errors import Forbidden, IllegalMove, InvalidInput
from backend.ledger import flags
from backend.ledger import selectors as ledger
from backend.ledger.models import Flag, Lot
from readers.services import profiles
from tests import builders
from tests.live.stage import Stage
from tests.payouts.conftest import Till, sandbox, stripe, stripe_process

__all__ = ["sandbox", "stripe", "stripe_process"]
HOLD = timedelta(hours=24)
DEVICE, ADDRESS = "x" * 32, "81.2.69.142"


def _share(stage: Stage, kind: str, what: str) -> None:
    for person in (stage.client, stage.reader):
        traces.note(user_id=person.pk, seen={kind: what}, at=stage.now)


def _read(stage: Stage) -> Lot:
    """A reading of 70 seconds; what it earned."""
    stage.connect()
    stage.run(70)
    stage.hangup()
    stage.assert_sound()
    return Lot.objects.get(about=f"session:{stage.session.id}")


def _assert_held(stage: Stage, lot: Lot) -> None:
    assert (lot.state, lot.matures_at) == ("pending", None)
    earned = stage.session.reader_total_cents
    assert ledger.earnings_of(stage.reader.pk) == ledger.Earnings(earned, 0, 0, 0)
    far = stage.now + timedelta(days=3_650)
    assert not Lot.objects.filter(pk=lot.pk, matures_at__lte=far).exists(), "never due"
    with pytest.raises(IntegrityError, match="a_held_lot_is_never_payable"), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(state="payable")


def test_case_34_one_device_for_both_is_flagged_and_never_matures(stage: Stage) -> None:
    browser = Client(REMOTE_ADDR="10.0.0.1")
    with clock.frozen(stage.now):
        for person in (stage.client, stage.reader):
            browser.force_login(person)
            browser.get("/settings/")
            browser.get("/settings/")
    lot = _read(stage)

    flag = Flag.objects.get()
    assert (flag.lot_id, flag.client_id, flag.state) == (lot.pk, stage.client.pk, "open")
    assert (flag.kinds, flag.is_strong) == (["device"], True)
    assert (flag.raised_at, flag.would_mature_at) == (stage.now, stage.now + HOLD)
    _assert_held(stage, lot)


@pytest.mark.sandbox
def test_case_34_one_card_for_both_is_flagged_and_never_matures(
    db: None, sandbox: Any, stripe: Any
) -> None:
    stage = Stage(datetime.now(UTC).replace(microsecond=0))
    other = builders.a_client(at=stage.now)
    for person in (stage.client, other):
        till = Till(person, sandbox, stripe, stage.now)
        till.pay(till.start())
        till.hear()
    _make_reader(stage, other)
    lot = _read(stage)

    assert (Flag.objects.get().kinds, Flag.objects.get().is_strong) == (["card"], True)
    _assert_held(stage, lot)


@pytest.mark.sandbox
def test_case_34_two_cards_are_two_people(db: None, sandbox: Any, stripe: Any) -> None:
    stage = Stage(datetime.now(UTC).replace(microsecond=0))
    other = builders.a_client(at=stage.now)
    for person, card in ((stage.client, "4242424242424242"), (other, "5555555555554444")):
        till = Till(person, sandbox, stripe, stage.now)
        till.pay(till.start(), card)
        till.hear()
    _make_reader(stage, other)

    assert _read(stage).matures_at == stage.now + HOLD
    assert Trace.objects.filter(kind="card").count() == 2
    assert not Flag.objects.exists()


def test_case_34_a_shared_address_is_flagged_but_holds_nothing(stage: Stage) -> None:
    _share(stage, "address", ADDRESS)
    lot = _read(stage)

    flag = Flag.objects.get()
    assert (flag.kinds, flag.is_strong) == (["address"], False)
    assert lot.matures_at == flag.would_mature_at == stage.now + HOLD


def test_case_34_strangers_are_not_flagged(stage: Stage) -> None:
    for person, device in ((stage.client, DEVICE), (stage.reader, "y" * 32)):
        traces.note(user_id=person.pk, seen={"device": device}, at=stage.now)
    # The same text as another kind of thing is another thing.
    traces.note(user_id=stage.client.pk, seen={"card": "y" * 32}, at=stage.now)

    assert _read(stage).matures_at == stage.now + HOLD
    assert not Flag.objects.exists()


def test_case_34_a_free_reading_of_one_person_leaves_nothing_to_flag(stage: Stage) -> None:
    _share(stage, "device", DEVICE)
    stage.connect()
    stage.hangup()

    assert not Flag.objects.exists()


@pytest.mark.parametrize(("waited", "left"), [(2, 22), (30, 0)])
def test_case_34_a_cleared_reading_matures(stage: Stage, waited: int, left: int) -> None:
    _share(stage, "device", DEVICE)
    lot, boss = _read(stage), builders.an_admin()
    stage.now += timedelta(hours=waited)
    flags.clear(Flag.objects.get().pk, by=boss, reason="A couple; both showed a card", at=stage.now)

    lot.refresh_from_db()
    assert (lot.state, lot.matures_at) == ("pending", stage.now + timedelta(hours=left))
    flag = Flag.objects.get()
    assert (flag.state, flag.decided_by, flag.decided_at) == ("cleared", boss, stage.now)
    assert flag.reason == "A couple; both showed a card"
    with pytest.raises(IllegalMove):
        flags.confirm(flag.pk, by=boss, reason="No, wait", at=stage.now)
    lot.refresh_from_db()
    assert lot.matures_at is not None
    stage.assert_sound()


def test_case_34_a_confirmed_one_stays_pending_even_if_only_the_address_was_shared(
    stage: Stage,
) -> None:
    _share(stage, "address", ADDRESS)
    lot = _read(stage)
    flags.confirm(Flag.objects.get().pk, by=builders.an_admin(), reason="Said so", at=stage.now)

    lot.refresh_from_db()
    assert (Flag.objects.get().state, lot.matures_at) == ("confirmed", None)


def test_case_34_nobody_but_an_admin_with_a_reason_decides(stage: Stage) -> None:
    _share(stage, "device", DEVICE)
    lot = _read(stage)
    flag = Flag.objects.get()
    for person in (stage.client, stage.reader):
        with pytest.raises(Forbidden):
            flags.clear(flag.pk, by=person, reason="It is fine", at=stage.now)
    with pytest.raises(InvalidInput):
        flags.clear(flag.pk, by=builders.an_admin(), reason="  ", at=stage.now)

    flag.refresh_from_db()
    lot.refresh_from_db()
    assert (flag.state, lot.matures_at) == ("open", None)


def _make_reader(stage: Stage, person: User) -> None:
    """An admin made a reader of an account that had paid as a client before."""
    User.objects.filter(pk=person.pk).update(role=Role.READER)
    person.refresh_from_db()
    profile = profiles.create(user=person, at=stage.now, published=True)
    rates = dict.fromkeys(("chat", "voice", "video"), 399)
    profile = profiles.set_rates(reader_id=person.pk, rates=rates, at=stage.now)
    builders.be_online(profile, at=stage.now)
    stage.profile, stage.reader = profile, person

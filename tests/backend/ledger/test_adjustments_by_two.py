"""Adjustments: alone when small, by two when large, and of racing admins one wins."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import AuditEntry, Role, User
from backend.accounts.services import accounts
from backend.core.errors import Conflict, Forbidden, IllegalMove, InvalidInput, NotFound
from backend.ledger import adjustments, audit, signatures
from backend.ledger.errors import InsufficientFunds, SamePerson
from backend.ledger.models import Adjustment, Movement
from tests.backend.ledger.conftest import a_person, everything, fund, held, owe, race

LARGE = 10_001


@pytest.fixture
def ana(db: None) -> User:
    return a_person(Role.ADMIN)


@pytest.fixture
def ben(db: None) -> User:
    return a_person(Role.ADMIN)


def ask(by: User, client: User, cents: int, at: datetime, **said: Any) -> Adjustment:
    return adjustments.request(
        adjustment_id=said.pop("adjustment_id", uuid4()),
        by=by,
        person_id=client.pk,
        cents=cents,
        reason=said.pop("reason", "The picture froze"),
        at=at,
    )


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("act", flat=True))


def test_a_small_one_posts_at_once_and_only_once(client_: User, ana: User, at: datetime) -> None:
    key = uuid4()
    first = ask(ana, client_, 300, at, adjustment_id=key)
    again = ask(ana, client_, 300, at, adjustment_id=key)

    assert (first.state, again.movement_id) == ("posted", first.movement_id)
    assert held(client_, "client_wallet") == 300
    assert signatures.signed_alone_cents(admin_id=ana.pk, at=at) == 300
    assert acts() == ["adjustment.request", "adjustment.post"]
    with pytest.raises(Conflict):
        ask(ana, client_, 301, at, adjustment_id=key)


def test_a_large_one_waits_until_somebody_else_approves(
    client_: User, ana: User, ben: User, at: datetime
) -> None:
    before = everything()
    asked = ask(ana, client_, LARGE, at)
    assert (asked.state, everything()) == ("requested", before)
    with pytest.raises(SamePerson):
        adjustments.approve(adjustment_id=asked.pk, by=ana, at=at)
    with pytest.raises(Forbidden):
        adjustments.approve(adjustment_id=asked.pk, by=a_person(), at=at)
    assert (Adjustment.objects.get().state, everything()) == ("requested", before)

    done = adjustments.approve(adjustment_id=asked.pk, by=ben, at=at)

    assert (done.state, done.decided_by) == ("posted", ben)
    assert held(client_, "client_wallet") == LARGE
    assert Movement.objects.get(pk=done.movement_id).actor == ana
    assert acts() == ["adjustment.request", "adjustment.approve"]
    for decide in (adjustments.approve, adjustments.withdraw):
        with pytest.raises(IllegalMove):
            decide(adjustment_id=asked.pk, by=ben, at=at)
    assert audit.proofs(at) == []


def test_what_is_refused_or_taken_back_moves_nothing(
    client_: User, ana: User, ben: User, at: datetime
) -> None:
    before = everything()
    one, two = ask(ana, client_, LARGE, at), ask(ana, client_, LARGE, at)
    with pytest.raises(SamePerson):
        adjustments.refuse(adjustment_id=one.pk, by=ana, answer="no", at=at)
    with pytest.raises(InvalidInput):
        adjustments.refuse(adjustment_id=one.pk, by=ben, answer=" ", at=at)
    with pytest.raises(Forbidden):
        adjustments.withdraw(adjustment_id=two.pk, by=ben, at=at)

    adjustments.refuse(adjustment_id=one.pk, by=ben, answer="Too much", at=at)
    adjustments.withdraw(adjustment_id=two.pk, by=ana, at=at)

    assert {row.state for row in Adjustment.objects.all()} == {"refused", "withdrawn"}
    assert everything() == before
    assert acts()[-2:] == ["adjustment.refuse", "adjustment.withdraw"]


def test_a_requester_who_left_the_office_takes_the_signature_along(
    client_: User, ana: User, ben: User, at: datetime
) -> None:
    asked, before = ask(ana, client_, LARGE, at), everything()
    accounts.freeze(user_id=ana.pk, at=at, reason="left")

    with pytest.raises(Forbidden):
        adjustments.approve(adjustment_id=asked.pk, by=ben, at=at)
    assert (Adjustment.objects.get().state, everything()) == ("requested", before)


def test_taking_never_goes_below_nothing(client_: User, ana: User, ben: User, at: datetime) -> None:
    fund(client_, LARGE, at)
    with pytest.raises(InsufficientFunds):
        ask(ana, client_, -LARGE - 1, at)
    asked = ask(ana, client_, -LARGE, at)
    ask(ana, client_, -1, at)
    before = everything()

    with pytest.raises(InsufficientFunds):
        adjustments.approve(adjustment_id=asked.pk, by=ben, at=at)
    assert (everything(), Adjustment.objects.get(pk=asked.pk).state) == (before, "requested")


def test_the_preview_is_what_is_written(client_: User, ana: User, at: datetime) -> None:
    owe(client_, 200, at)
    shown = adjustments.preview(by=ana, person_id=client_.pk, cents=500, at=at)
    assert [cents for *_, cents in shown.lines] == [500, 200]
    assert (shown.after_cents, shown.takes_two, shown.short_cents) == (300, False, 0)
    ask(ana, client_, 500, at)
    assert held(client_, "client_wallet") == 300

    taken = adjustments.preview(by=ana, person_id=client_.pk, cents=-LARGE, at=at)
    assert (taken.after_cents, taken.takes_two, taken.short_cents) == (0, True, LARGE - 300)


def test_nobody_asks_for_themselves_for_an_admin_or_without_a_reason(
    client_: User, ana: User, ben: User, at: datetime
) -> None:
    before = everything()
    for by, client, cents, reason, refusal in (
        (ana, ana, 5, "x", SamePerson),
        (client_, client_, 5, "x", Forbidden),
        (ana, ben, 5, "x", NotFound),
        (ana, client_, 0, "x", InvalidInput),
        (ana, client_, 10_000_001, "x", InvalidInput),
        (ana, client_, 5, "  ", InvalidInput),
    ):
        with pytest.raises(refusal):
            ask(by, client, cents, at, reason=reason)
    assert (everything(), Adjustment.objects.count(), acts()) == (before, 0, [])


@pytest.mark.django_db(transaction=True)
def test_of_many_admins_at_once_one_decides(at: datetime) -> None:
    ana, client = a_person(Role.ADMIN), a_person()
    others = [a_person(Role.ADMIN) for _ in range(8)]
    asked = ask(ana, client, LARGE, at)

    def decide(number: int) -> Any:
        if number % 2:
            return adjustments.approve(adjustment_id=asked.pk, by=others[number], at=at)
        return adjustments.refuse(adjustment_id=asked.pk, by=others[number], answer="no", at=at)

    answers = race(decide, 8)

    done = [answer for answer in answers if isinstance(answer, Adjustment)]
    assert len(done) == 1
    assert all(isinstance(a, IllegalMove) for a in answers if a not in done)
    assert held(client, "client_wallet") == (LARGE if done[0].state == "posted" else 0)


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_many_times_at_once_is_one(at: datetime) -> None:
    ana, client, key = a_person(Role.ADMIN), a_person(), UUID(int=9)

    answers = race(lambda _: ask(ana, client, 700, at, adjustment_id=key), 8)

    assert {answer.state for answer in answers} == {"posted"}
    assert held(client, "client_wallet") == 700
    assert signatures.signed_alone_cents(admin_id=ana.pk, at=at) == 700


def test_a_reader_is_made_good_by_two_and_nothing_is_taken_from_them(
    ana: User, ben: User, at: datetime
) -> None:
    reader = a_person(Role.READER)
    before = everything()
    with pytest.raises(InvalidInput):
        ask(ana, reader, -300, at)
    asked = ask(ana, reader, LARGE, at)
    shown = adjustments.preview(by=ana, person_id=reader.pk, cents=LARGE, at=at)
    assert (shown.before_cents, shown.after_cents, shown.takes_two) == (0, LARGE, True)
    assert (asked.state, everything()) == ("requested", before)

    done = adjustments.approve(adjustment_id=asked.pk, by=ben, at=at)

    assert (done.state, held(reader, "reader_pending")) == ("posted", LARGE)
    assert audit.proofs(at) == []

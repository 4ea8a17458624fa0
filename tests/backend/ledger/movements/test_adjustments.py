from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core.errors import Forbidden, InvalidInput
from backend.ledger import audit, movements, posting, pots, selectors, signatures
from backend.ledger.errors import InsufficientFunds, NeedsSecondSignature, SamePerson
from backend.ledger.models import Movement, PotKind
from tests.backend.ledger.conftest import a_person, everything, fund, held, reader_pots


def adjust(
    client: User, cents: int, signed_by: list[UUID], at: datetime, reason: str = "sorry"
) -> Movement:
    return movements.adjust(
        client=client,
        adjustment_id=UUID(int=7),
        cents=cents,
        reason=reason,
        signed_by=signed_by,
        at=at,
    )


def test_goodwill_is_given_once_with_its_reason_and_signature(client_: User, at: datetime) -> None:
    admin = a_person(Role.ADMIN)
    adjust(client_, 300, [admin.pk], at)
    movement = adjust(client_, 300, [admin.pk], at)

    assert held(client_, "client_wallet") == 300
    assert (movement.actor, movement.reason) == (admin, "sorry")
    assert selectors.platform_cents()[PotKind.GOODWILL] == -300


def test_money_can_be_taken_but_never_more_than_there_is(client_: User, at: datetime) -> None:
    admin = a_person(Role.ADMIN)
    fund(client_, 500, at)
    before = everything()
    with pytest.raises(InsufficientFunds):
        adjust(client_, -501, [admin.pk], at)
    assert everything() == before

    adjust(client_, -500, [admin.pk], at)
    assert held(client_, "client_wallet") == 0


def test_a_large_adjustment_takes_two_different_admins(client_: User, at: datetime) -> None:
    one, two = a_person(Role.ADMIN), a_person(Role.ADMIN)
    before = everything()
    for signed_by, refusal in (
        ([one.pk], NeedsSecondSignature),
        ([one.pk, one.pk], SamePerson),
        ([one.pk, client_.pk], SamePerson),
        ([one.pk, a_person().pk], Forbidden),
    ):
        with pytest.raises(refusal):
            adjust(client_, 10_001, signed_by, at)
    assert everything() == before

    assert str(two.pk) in adjust(client_, 10_001, [one.pk, two.pk], at).reason


def test_a_repeated_adjustment_counts_once_into_the_day(client_: User, at: datetime) -> None:
    admin = a_person(Role.ADMIN)
    adjust(client_, 300, [admin.pk], at)
    adjust(client_, 300, [admin.pk], at)

    assert signatures.signed_alone_cents(admin_id=admin.pk, at=at) == 300


@pytest.mark.parametrize(
    ("cents", "reason", "signed"), [(0, "x", 1), (5, " ", 1), (5, "x", 0), (5, "x", 3)]
)
def test_an_adjustment_without_amount_reason_or_signature_is_refused(
    client_: User, at: datetime, cents: int, reason: str, signed: int
) -> None:
    before = everything()

    with pytest.raises(InvalidInput):
        adjust(client_, cents, [uuid4()] * signed, at, reason)
    assert everything() == before


def good(reader: User, cents: int, at: datetime) -> Movement:
    return movements.make_good(
        reader=reader,
        adjustment_id=UUID(int=9),
        cents=cents,
        reason="The appeal was right",
        signed_by=[a_person(Role.ADMIN).pk],
        at=at,
    )


def test_a_reader_is_made_good_once_and_paid_like_for_any_work(reader: User, at: datetime) -> None:
    assert good(reader, 700, at) == good(reader, 700, at)

    assert reader_pots(reader) == {"pending": 700}
    assert selectors.platform_cents()[PotKind.GOODWILL] == -700
    assert audit.proofs(at) == []
    assert movements.mature_due(at=at) == 1
    assert reader_pots(reader) == {"payable": 700}
    assert audit.proofs(at) == []


def test_what_makes_a_reader_good_pays_first_what_they_owe(reader: User, at: datetime) -> None:
    debt, bank = pots.debt_of_reader(reader.pk), pots.platform(PotKind.GOODWILL)
    posting.post(
        posting.Fact(Movement.Kind.ADJUSTMENT, "debt", "debt", 500, at),
        touching=[debt, bank],
        legs=[posting.Leg(debt, bank, 500)],
    )
    good(reader, 700, at)
    movements.mature_due(at=at)

    assert reader_pots(reader) == {"payable": 200}


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_is_taken_from_a_reader_by_hand(reader: User, at: datetime, cents: int) -> None:
    before = everything()
    with pytest.raises(InvalidInput):
        good(reader, cents, at)
    assert everything() == before

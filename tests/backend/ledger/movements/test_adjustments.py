from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core.errors import Forbidden, InvalidInput
from backend.ledger import movements, selectors, signatures
from backend.ledger.errors import InsufficientFunds, NeedsSecondSignature, SamePerson
from backend.ledger.models import Movement, PotKind
from tests.backend.ledger.conftest import a_person, everything, fund, held


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

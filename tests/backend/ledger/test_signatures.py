"""Small acts by one admin, larger ones by two, and nobody for themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.accounts.models import Role, User
from backend.accounts.services import accounts
from backend.core.errors import Forbidden, InvalidInput
from backend.ledger import signatures
from backend.ledger.errors import NeedsSecondSignature, SamePerson
from backend.ledger.models import SignedAlone
from tests.backend.ledger.conftest import a_person, race

pytestmark = pytest.mark.django_db
ACT_MAX, DAY_MAX = 10_000, 50_000


def sign(admin: User, cents: int, at: datetime, *concerned: UUID) -> None:
    signatures.sign_alone(admin_id=admin.pk, cents=cents, beneficiaries=concerned, at=at)


def test_one_admin_signs_up_to_the_limit_of_an_act_and_of_a_day(
    client_: User, at: datetime
) -> None:
    admin, noon = a_person(Role.ADMIN), at.replace(hour=12)
    with pytest.raises(NeedsSecondSignature) as refused:
        sign(admin, ACT_MAX + 1, noon, client_.pk)
    assert refused.value.limit_cents == ACT_MAX
    for _ in range(5):
        assert signatures.can_sign_alone(admin_id=admin.pk, cents=ACT_MAX, at=noon)
        sign(admin, ACT_MAX, noon, client_.pk)

    assert not signatures.can_sign_alone(admin_id=admin.pk, cents=1, at=noon)
    with pytest.raises(NeedsSecondSignature) as refused:
        sign(admin, 1, noon, client_.pk)
    assert refused.value.limit_cents == DAY_MAX
    assert signatures.signed_alone_cents(admin_id=admin.pk, at=noon) == DAY_MAX


def test_the_days_limit_is_each_admins_own_and_begins_anew_at_midnight(at: datetime) -> None:
    one, two, noon = a_person(Role.ADMIN), a_person(Role.ADMIN), at.replace(hour=12)
    for _ in range(5):
        sign(one, ACT_MAX, noon)
    sign(two, ACT_MAX, noon)
    sign(one, ACT_MAX, noon + timedelta(hours=12))

    assert signatures.signed_alone_cents(admin_id=one.pk, at=noon + timedelta(days=1)) == ACT_MAX


def test_nobody_signs_alone_for_themselves_or_without_the_office(at: datetime) -> None:
    admin, frozen = a_person(Role.ADMIN), a_person(Role.ADMIN)
    accounts.freeze(user_id=frozen.pk, at=at, reason="lost laptop")

    for signer, cents, concerned, refusal in (
        (admin, 1, [admin.pk], Forbidden),
        (frozen, 1, [], Forbidden),
        (a_person(), 1, [], Forbidden),
        (a_person(Role.READER), 1, [], Forbidden),
        (admin, 0, [], InvalidInput),
        (admin, -5, [], InvalidInput),
    ):
        with pytest.raises(refusal):
            sign(signer, cents, at, *concerned)
    assert not SignedAlone.objects.exists()


def test_approver_requester_and_beneficiary_are_three_people(client_: User, at: datetime) -> None:
    one, two = a_person(Role.ADMIN), a_person(Role.ADMIN)

    def ask(requester: User, approver: User, *concerned: User) -> None:
        signatures.require_three(
            requester_id=requester.pk,
            approver_id=approver.pk,
            beneficiaries=[person.pk for person in concerned],
        )

    ask(one, two, client_)
    for people in ((one, one, client_), (one, two, one), (one, two, client_, two)):
        with pytest.raises(SamePerson) as refused:
            ask(*people)
        assert (refused.value.code, refused.value.status) == ("same_person", 403)
    for requester, approver in ((client_, two), (one, client_)):
        with pytest.raises(Forbidden):
            ask(requester, approver)


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_of_one_admin_never_pass_the_days_limit(at: datetime) -> None:
    admin = a_person(Role.ADMIN)

    def act(_: int) -> Any:
        return sign(admin, 9_999, at)

    answers = race(act, 20)

    assert sum(answer is None for answer in answers) == 5
    assert sum(isinstance(answer, NeedsSecondSignature) for answer in answers) == 15
    today = SignedAlone.objects.get()
    assert (today.cents, today.acts) == (5 * 9_999, 5)

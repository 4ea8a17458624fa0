"""Promotional codes: once for each client, never more often than staff said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.exclusions import SelfExcluded
from backend.accounts.services import exclusions
from backend.core.errors import DomainError, Forbidden
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.ledger.models import Pot
from payouts.models import PromoCode, PromoRedemption
from payouts.wallet.errors import CodeNotValid, CodeRedeemedBefore, CodeUsedUp
from payouts.wallet.services import codes
from tests import builders
from tests.payouts.wallet.conftest import race

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_code(at: datetime, **fields: Any) -> PromoCode:
    given = {"code": "MOONRISE", "cents": 1_000, "valid_days": 30, "uses_max": 5}
    window = {"starts_at": at, "ends_at": at + 10 * DAY}
    return PromoCode.objects.create(**{**given, **window, **fields})


def assert_refused(error: type[DomainError], act: Callable[[], object]) -> None:
    before = PromoRedemption.objects.count(), list(PromoCode.objects.values_list("uses"))
    with pytest.raises(error):
        act()
    assert (PromoRedemption.objects.count(), list(PromoCode.objects.values_list("uses"))) == before


def test_a_code_is_credit_for_its_time_and_is_spent_first(at: datetime) -> None:
    a_code(at)
    client = builders.a_client(cents=500, at=at)
    codes.redeem(client=client, code="  moonrise ", at=at)

    balance = ledger.balance_of(client.pk)
    assert (balance.cash_cents, balance.promo_cents) == (500, 1_000)
    assert ledger.promo_parts(client.pk, at=at) == [(at + 30 * DAY, 1_000)]
    assert codes.expire_due(at=at + 30 * DAY - timedelta(seconds=1)) == 0
    assert codes.expire_due(at=at + 30 * DAY) == 1
    assert ledger.balance_of(client.pk).promo_cents == 0
    assert audit.proofs(at) == []


def test_the_parts_of_credit_are_shown_with_their_ends_what_ends_first_being_spent_first(
    at: datetime,
) -> None:
    client = builders.a_client(at=at)
    for n, days in enumerate((30, 10, 20)):
        code = a_code(at, code=f"CODE{n}", valid_days=days, cents=1_000)
        codes.redeem(client=client, code=code.code, at=at)
    Pot.objects.filter(owner=client.pk, kind="client_promo").update(debits_cents=1_400)

    assert ledger.promo_parts(client.pk, at=at) == [
        (at + 20 * DAY, 600),
        (at + 30 * DAY, 1_000),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "OTHER"},
        {"is_active": False},
        {"starts_at": None, "ends_at": None},
    ],
)
def test_an_unknown_a_closed_and_an_old_code_read_the_same(
    at: datetime, fields: dict[str, Any]
) -> None:
    if "starts_at" in fields:
        fields = {"starts_at": at - 2 * DAY, "ends_at": at}
    a_code(at, **fields)
    client = builders.a_client(at=at)
    assert_refused(CodeNotValid, lambda: codes.redeem(client=client, code="MOONRISE", at=at))
    assert ledger.balance_of(client.pk).promo_cents == 0


def test_once_for_each_client_and_not_after_the_last_use(at: datetime) -> None:
    a_code(at, uses_max=2)
    first, second, third = (builders.a_client(at=at) for _ in range(3))
    codes.redeem(client=first, code="MOONRISE", at=at)
    assert_refused(CodeRedeemedBefore, lambda: codes.redeem(client=first, code="MOONRISE", at=at))
    codes.redeem(client=second, code="MOONRISE", at=at)
    assert_refused(CodeUsedUp, lambda: codes.redeem(client=third, code="MOONRISE", at=at))
    assert [ledger.balance_of(c.pk).promo_cents for c in (first, second, third)] == [1_000] * 2 + [
        0
    ]


def test_only_clients_who_may_spend_redeem(at: datetime) -> None:
    a_code(at)
    admin, excluded = builders.an_admin(), builders.a_client(at=at)
    exclusions.begin(user=excluded, days=1, at=at)
    assert_refused(Forbidden, lambda: codes.redeem(client=admin, code="MOONRISE", at=at))
    assert_refused(SelfExcluded, lambda: codes.redeem(client=excluded, code="MOONRISE", at=at))


@pytest.mark.parametrize(
    "fields", [{"uses": 6}, {"cents": 0}, {"code": "moon"}, {"valid_days": 0}, {"ends_at": None}]
)
def test_the_database_refuses_codes_that_make_no_sense(
    at: datetime, fields: dict[str, Any]
) -> None:
    if "ends_at" in fields:
        fields = {"ends_at": at}
    with pytest.raises(IntegrityError), transaction.atomic():
        a_code(at, **fields)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_exactly_five_redeem_a_code_for_five(at: datetime) -> None:
    code = a_code(at)
    clients = [builders.a_client(at=at) for _ in range(20)]
    answers = race(lambda n: codes.redeem(client=clients[n], code="MOONRISE", at=at), 20)

    assert sum(isinstance(answer, PromoRedemption) for answer in answers) == 5
    assert {type(a) for a in answers} == {PromoRedemption, CodeUsedUp}
    code.refresh_from_db()
    assert (code.uses, PromoRedemption.objects.count()) == (5, 5)
    assert sum(ledger.balance_of(client.pk).promo_cents for client in clients) == 5_000

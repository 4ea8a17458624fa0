from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import User
from backend.ledger import audit, movements, selectors
from backend.ledger.errors import KeyReused
from backend.ledger.models import PotKind, PromoGrant
from backend.ledger.movements import Hold
from tests.backend.ledger.conftest import everything, held

DAY = timedelta(days=1)


def grant(client: User, cents: int, at: datetime, *, days: int) -> UUID:
    grant_id = uuid4()
    movements.grant_promo(
        client=client, grant_id=grant_id, cents=cents, expires_at=at + days * DAY, at=at
    )
    return grant_id


def test_a_grant_is_given_once_and_paid_by_the_platform(client_: User, at: datetime) -> None:
    grant_id = grant(client_, 1_000, at, days=9)
    movements.grant_promo(
        client=client_, grant_id=grant_id, cents=1_000, expires_at=at + 9 * DAY, at=at
    )

    assert selectors.balance_of(client_.pk).promo_cents == 1_000
    assert selectors.platform_cents()[PotKind.PROMO_EXPENSE] == -1_000


def test_a_grant_cannot_be_given_again_with_another_amount(client_: User, at: datetime) -> None:
    grant_id = grant(client_, 1_000, at, days=9)
    before = everything()

    with pytest.raises(KeyReused):
        movements.grant_promo(client=client_, grant_id=grant_id, cents=1_001, expires_at=at, at=at)
    assert everything() == before


def test_only_the_unspent_rest_of_the_oldest_grant_expires(client_: User, at: datetime) -> None:
    first = grant(client_, 500, at, days=1)
    grant(client_, 500, at, days=9)
    spend(client_, 200, at)

    movements.expire_promo(grant_id=first, at=at + 2 * DAY)
    movements.expire_promo(grant_id=first, at=at + 2 * DAY)

    assert held(client_, "client_promo") == 500
    assert PromoGrant.objects.get(id=first).expired_at == at + 2 * DAY
    assert audit.proofs(at) == []


def test_a_grant_that_was_spent_whole_expires_without_moving_money(
    client_: User, at: datetime
) -> None:
    first = grant(client_, 500, at, days=1)
    spend(client_, 500, at)

    movements.expire_promo(grant_id=first, at=at + 2 * DAY)

    assert held(client_, "client_promo") == 0


def test_case_31_what_is_held_survives_the_expiry_and_the_rest_goes(
    client_: User, at: datetime
) -> None:
    grant(client_, 1_000, at, days=1)
    movements.post_readings([Hold(uuid4(), 1, client_.pk, 798, 0)], at=at)

    assert movements.expire_due(at=at + 2 * DAY) == 1

    assert held(client_, "client_promo") == 0
    assert held(client_, "client_reserved") == 798
    assert movements.expire_due(at=at + 2 * DAY) == 0


def spend(client: User, cents: int, at: datetime) -> None:
    """Promotional credit that has left the pot: held for a reading that goes on."""
    movements.post_readings([Hold(uuid4(), 1, client.pk, cents, 0)], at=at)


def test_a_grant_that_cannot_expire_does_not_hold_up_those_after_it(
    client_: User, at: datetime
) -> None:
    broken, sound = grant(client_, 500, at, days=1), grant(client_, 300, at, days=2)
    movements.expire_promo(grant_id=broken, at=at + DAY)
    PromoGrant.objects.filter(id=broken).update(expired_at=None, cents=501)

    assert movements.expire_due(at=at + 3 * DAY) == 1
    assert PromoGrant.objects.get(id=sound).expired_at == at + 3 * DAY
    assert movements.expire_due(at=at + 3 * DAY) == 0, "whoever repeats it comes to an end"

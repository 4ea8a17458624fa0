"""Whatever happens in whatever order, no cent appears or is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role, User
from backend.core.errors import DomainError
from backend.ledger import audit, movements, selectors
from backend.ledger.models import CREDIT_NORMAL, DEBIT_NORMAL, Pot
from backend.ledger.movements import Capture, Hold, Move, Release
from tests.backend.ledger.conftest import a_person, fund

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(["fund", "grant", "expire", "hold", "capture", "release", "adjust"]),
        st.integers(0, 1),
        st.integers(1, 2_000),
    ),
    max_size=25,
)


class _World:
    """Two clients, a reader, and what a careless caller might ask for."""

    def __init__(self) -> None:
        self.clients = [a_person(), a_person()]
        self.reader = a_person(Role.READER)
        self.sessions = [uuid4(), uuid4()]
        self.steps = 0
        self.does: dict[str, Callable[[int, User, int], object]] = {
            "fund": lambda _, client, cents: fund(client, cents, AT),
            "grant": self._grant,
            "expire": lambda _, __, cents: movements.expire_due(at=AT + timedelta(hours=cents)),
            "hold": lambda n, client, cents: self._post(
                Hold(self._session(n), self.steps, client.pk, cents // 3, cents - cents // 3)
            ),
            "capture": lambda n, client, cents: self._post(self._capture(n, client, cents)),
            "release": lambda n, client, cents: self._post(
                Release(uuid4(), client.pk, cents // 3, cents - cents // 3)
            ),
            "adjust": self._adjust,
        }

    def act(self, name: str, number: int, cents: int) -> None:
        self.steps += 1
        try:
            with transaction.atomic():
                self.does[name](number, self.clients[number], cents)
        except (DomainError, IntegrityError):
            pass

    def _session(self, number: int) -> UUID:
        return self.sessions[number]

    def _post(self, move: Move) -> None:
        movements.post_readings([move], at=AT)

    def _capture(self, number: int, client: User, cents: int) -> Capture:
        reader_cents = cents * 7 // 10
        return Capture(
            self._session(number),
            client.pk,
            self.reader.pk,
            self.steps,
            reader_cents,
            cents - reader_cents,
            cents // 5,
            cents // 4,
        )

    def _grant(self, _: int, client: User, cents: int) -> None:
        movements.grant_promo(
            client=client,
            grant_id=uuid4(),
            cents=cents,
            expires_at=AT + timedelta(hours=cents),
            at=AT,
        )

    def _adjust(self, number: int, client: User, cents: int) -> None:
        movements.adjust(
            client=client,
            adjustment_id=uuid4(),
            cents=-cents if number else cents,
            reason="test",
            signed_by=[client.pk],
            at=AT,
        )


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
def test_any_order_of_movements_conserves_every_cent(done: list[Act]) -> None:
    with transaction.atomic():
        world = _World()
        for act in done:
            world.act(*act)

        assert audit.proofs(AT) == []
        owned = Pot.objects.filter(kind__in=[*CREDIT_NORMAL, *DEBIT_NORMAL])
        total = owned.aggregate(cents=Sum(F("credits_cents") - F("debits_cents")))["cents"] or 0
        assert total + sum(selectors.platform_cents().values()) == 0
        for person in [*world.clients, world.reader]:
            rows = selectors.activity_of(person.pk)
            have = owned.filter(owner=person).aggregate(
                cents=Sum(F("credits_cents") - F("debits_cents"))
            )["cents"]
            assert (rows[0].balance_cents if rows else 0) == (have or 0)
        transaction.set_rollback(True)

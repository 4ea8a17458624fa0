from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.ledger import pots
from backend.ledger.errors import InsufficientFunds, KeyReused, LedgerBroken
from backend.ledger.models import Movement, Pot, PotKind, Transfer
from backend.ledger.posting import Entry, Fact, Leg, Line, post, post_many
from tests.backend.ledger.conftest import a_person, everything, fund, held, race

GOODWILL = pots.platform(PotKind.GOODWILL)


def debit(client: User, cents: int, *, key: str, at: datetime, about: str = "gift:1") -> Movement:
    wallet = pots.wallet_of(client.pk)
    return post(
        Fact(Movement.Kind.ADJUSTMENT, key, about, cents, at),
        touching=[wallet, GOODWILL],
        legs=[Leg(wallet, GOODWILL, cents)],
    ).movement


def test_a_movement_changes_both_counters_and_keeps_its_legs(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)

    movement = debit(client_, 300, key="k", at=at)

    wallet = Pot.objects.get(owner=client_, kind=PotKind.CLIENT_WALLET)
    assert (wallet.credits_cents, wallet.debits_cents) == (1_000, 300)
    [leg] = movement.transfers.all()
    assert (leg.debit_pot_id, leg.amount_cents, leg.credit_pot.kind) == (
        wallet.pk,
        300,
        PotKind.GOODWILL,
    )


def test_a_platform_pot_keeps_no_counter(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)
    debit(client_, 300, key="k", at=at)

    platform = Pot.objects.filter(owner=None)
    assert {(p.debits_cents, p.credits_cents) for p in platform} == {(0, 0)}


def test_the_same_key_returns_the_first_movement(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)
    first = debit(client_, 300, key="k", at=at)
    before = everything()

    assert debit(client_, 300, key="k", at=at) == first
    assert everything() == before


@pytest.mark.parametrize(
    ("cents", "about"), [(301, "gift:1"), (300, "gift:2")], ids=["amount", "about"]
)
def test_a_key_with_other_facts_is_refused(
    client_: User, at: datetime, cents: int, about: str
) -> None:
    fund(client_, 1_000, at)
    debit(client_, 300, key="k", at=at)
    before = everything()

    with pytest.raises(KeyReused):
        debit(client_, cents, key="k", at=at, about=about)
    assert everything() == before


def test_more_than_there_is_cannot_be_taken(client_: User, at: datetime) -> None:
    fund(client_, 500, at)
    before = everything()

    with pytest.raises(InsufficientFunds) as refused:
        debit(client_, 501, key="k", at=at)
    assert refused.value.extra == {
        "needed_cents": 501,
        "available_cents": 500,
        "top_up_url": "/wallet/",
    }
    assert everything() == before


def test_legs_of_nothing_are_dropped_and_the_fact_is_kept(client_: User, at: datetime) -> None:
    debit(client_, 0, key="freeze of nothing", at=at)

    assert Movement.objects.get().gross_cents == 0
    assert not Transfer.objects.exists()


def test_legs_may_be_computed_from_what_the_locked_pots_hold(client_: User, at: datetime) -> None:
    fund(client_, 700, at)
    wallet, frozen = (
        pots.wallet_of(client_.pk),
        pots.owned(PotKind.CLIENT_FROZEN, client_.pk),
    )

    post(
        Fact(Movement.Kind.ADJUSTMENT, "dp:1:freeze", "dp:1", 1_000, at),
        touching=[wallet, frozen],
        legs=lambda locked: [Leg(wallet, frozen, min(1_000, locked[wallet].held_cents))],
    )

    assert (held(client_, "client_wallet"), held(client_, "client_frozen")) == (0, 700)


def test_a_negative_leg_is_a_bug_that_moves_nothing(client_: User, at: datetime) -> None:
    fund(client_, 700, at)
    before = everything()

    with pytest.raises(LedgerBroken):
        debit(client_, -100, key="k", at=at)
    assert everything() == before


def test_a_movement_whose_first_leg_leaves_somebody_out_is_a_bug(
    client_: User, at: datetime
) -> None:
    other = a_person()
    fund(client_, 700, at)
    fund(other, 700, at)
    before = everything()
    wallets = [pots.wallet_of(person.pk) for person in (client_, other)]

    with pytest.raises(LedgerBroken, match="first leg"):
        post(
            Fact(Movement.Kind.ADJUSTMENT, "k", "x", 10, at),
            touching=[*wallets, GOODWILL],
            legs=[Leg(wallet, GOODWILL, 5) for wallet in wallets],
        )
    assert everything() == before


def test_a_batch_with_one_overdraft_writes_nothing(client_: User, at: datetime) -> None:
    fund(client_, 500, at)
    with transaction.atomic():
        locked = pots.lock([pots.wallet_of(client_.pk), GOODWILL])
        wallet, goodwill = locked[pots.wallet_of(client_.pk)].id, locked[GOODWILL].id
        before = everything()
        entries = [
            Entry(Fact("adjustment", f"k{n}", "x", cents, at), [Line(wallet, goodwill, cents)])
            for n, cents in enumerate([100, 600])
        ]
        with pytest.raises(IntegrityError, match="no_pot_is_overdrawn"):
            post_many(entries, uncounted=[goodwill])
        assert everything() == before


def test_a_batch_leaves_out_what_was_posted_before(client_: User, at: datetime) -> None:
    fund(client_, 500, at)
    debit(client_, 100, key="k0", at=at, about="x")
    with transaction.atomic():
        locked = pots.lock([pots.wallet_of(client_.pk), GOODWILL])
        line = Line(locked[pots.wallet_of(client_.pk)].id, locked[GOODWILL].id, 100)
        entries = [Entry(Fact("adjustment", f"k{n}", "x", 100, at), [line]) for n in (0, 1, 1)]
        assert post_many(entries, uncounted=[locked[GOODWILL].id]) == 1

    assert held(client_, "client_wallet") == 300


def test_a_batch_that_names_a_pot_that_is_not_there_writes_nothing(
    client_: User, at: datetime
) -> None:
    before = everything()
    entry = Entry(Fact("adjustment", "k", "x", 100, at), [Line(10**9, 10**9 + 1, 100)])

    with pytest.raises(LedgerBroken), transaction.atomic():
        post_many([entry], uncounted=[])
    assert everything() == before


def test_words_with_quotes_and_backslashes_are_kept(client_: User, at: datetime) -> None:
    strange = 'He said "no\\yes", {and} NULL, ü'
    post(
        Fact(Movement.Kind.ADJUSTMENT, "k", "x", 0, at, actor_id=client_.pk, reason=strange),
        touching=[GOODWILL],
        legs=[],
    )

    movement = Movement.objects.get()
    assert (movement.reason, movement.actor, movement.at) == (strange, client_, at)


@pytest.mark.django_db(transaction=True)
def test_sixty_debits_of_five_dollars_race_for_twenty_five(at: datetime) -> None:
    client = a_person()
    fund(client, 2_500, at)

    answers = race(lambda n: debit(client, 500, key=f"k{n}", at=at), 60)

    assert sum(isinstance(a, Movement) for a in answers) == 5
    assert sum(isinstance(a, InsufficientFunds) for a in answers) == 55
    assert held(client, "client_wallet") == 0


@pytest.mark.django_db(transaction=True)
def test_forty_posts_of_one_key_make_one_movement_that_all_get(at: datetime) -> None:
    client = a_person()
    fund(client, 2_500, at)

    answers = race(lambda _: debit(client, 500, key="one", at=at).pk, 40)

    assert len(set(answers)) == 1
    assert held(client, "client_wallet") == 2_000


@pytest.mark.django_db(transaction=True)
def test_forty_posts_of_one_key_without_a_lock_make_one_movement(at: datetime) -> None:
    suspense, bank = pots.platform(PotKind.SUSPENSE), pots.platform(PotKind.BANK)

    answers = race(
        lambda _: (
            post(
                Fact(Movement.Kind.SUSPENSE, "bt:1", "x", 5, at),
                touching=[suspense, bank],
                legs=[Leg(bank, suspense, 5)],
            ).movement.pk
        ),
        40,
    )

    assert len(set(answers)) == 1
    assert Transfer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_transfers_in_opposite_order_never_deadlock(at: datetime) -> None:
    one, two = a_person(), a_person()
    fund(one, 10_000, at)
    fund(two, 10_000, at)
    wallets = [pots.wallet_of(one.pk), pots.wallet_of(two.pk)]

    def swap(n: int) -> None:
        to, back = wallets if n % 2 else wallets[::-1]
        for _ in range(5):
            post(
                Fact(Movement.Kind.ADJUSTMENT, f"s{uuid4()}", "x", 7, at),
                touching=[to, back],
                legs=[Leg(to, back, 7)],
            )

    assert race(swap, 30) == [None] * 30
    assert held(one, "client_wallet") == held(two, "client_wallet") == 10_000


@pytest.mark.django_db(transaction=True)
def test_thirty_first_movements_of_a_person_make_each_pot_once(at: datetime) -> None:
    client = a_person()

    race(lambda _: fund(client, 100, at), 30)

    assert Pot.objects.filter(owner=client, kind=PotKind.CLIENT_WALLET).count() == 1
    assert held(client, "client_wallet") == 3_000

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.models import Role, User
from backend.accounts.services import traces
from backend.core import announcements
from backend.ledger import audit, movements, posting, pots, selectors
from backend.ledger.announcements import WalletCredited, WalletSpent
from backend.ledger.errors import InsufficientFunds, KeyReused
from backend.ledger.models import Lot, Movement, PotKind
from backend.ledger.split import split
from tests.backend.ledger.conftest import a_person, everything, fund, held, owe, race

STREAM = uuid4()
GIFT = uuid4()


def send(
    sender: User, reader: User, at: datetime, *, gift_id: UUID = GIFT, cents: int = 999
) -> Movement:
    return movements.send_gift(
        gift_id=gift_id,
        sender=sender,
        reader=reader,
        price_cents=cents,
        at=at,
        words="Rose to Ilse, Moon over water",
    )


def enter(client: User, reader: User, at: datetime, *, cents: int = 1_001) -> Movement:
    door = movements.Door(STREAM, at + timedelta(days=3), "Entrance to Moon over water")
    return movements.buy_pass(door=door, client=client, reader=reader, price_cents=cents, at=at)


def broken(at: datetime) -> list[audit.Finding]:
    """What audits find here, where money moves without the rows of live rooms."""
    above = ("a gift is what was paid", "a pass is what was paid")
    return [finding for finding in audit.proofs(at) if finding.proof not in above]


def give_back(client: User, reader: User, at: datetime) -> Movement:
    return movements.refund_pass(stream_id=STREAM, client=client, reader=reader, at=at)


def test_a_gift_is_shared_and_the_odd_cent_is_the_platforms(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 1_000, at)

    send(client_, reader, at)

    assert (held(client_, "client_wallet"), held(reader, "reader_pending")) == (1, 699)
    assert selectors.platform_cents()[PotKind.REVENUE_GIFT] == 300
    assert broken(at) == []


def test_what_a_gift_earns_matures_after_the_hold(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 1_000, at)

    send(client_, reader, at)

    lot = Lot.objects.get(about=f"gift:{GIFT}")
    assert (lot.reader_id, lot.earned_cents, lot.state) == (reader.pk, 699, Lot.State.PENDING)
    assert lot.matures_at == at + timedelta(hours=settings.EARNINGS_HOLD_HOURS)


@pytest.mark.parametrize("pay", [send, enter], ids=["gift", "door"])
def test_what_two_people_with_one_device_give_each_other_waits_for_staff(
    client_: User, reader: User, at: datetime, pay: Callable[[User, User, datetime], Movement]
) -> None:
    for person in (client_, reader):
        traces.note(user_id=person.pk, seen={"device": "one for both"}, at=at)
    fund(client_, 5_000, at)

    pay(client_, reader, at)

    lot = Lot.objects.get()
    assert (lot.state, lot.matures_at) == (Lot.State.PENDING, None)
    assert (lot.flag.client_id, lot.flag.is_strong) == (client_.pk, True)
    assert broken(at) == []


def test_a_gift_resent_moves_nothing_and_is_announced_once(
    client_: User, reader: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[WalletSpent] = []
    monkeypatch.setitem(announcements._reactions, WalletSpent, [heard.append])
    fund(client_, 5_000, at)
    first, before = send(client_, reader, at), everything()

    again = send(client_, reader, at + timedelta(minutes=1))

    assert again.pk == first.pk
    assert everything() == before
    assert heard == [WalletSpent(client_id=client_.pk, at=at)]


def test_a_gift_resent_with_other_facts_is_refused(
    client_: User, reader: User, at: datetime
) -> None:
    other, stranger = a_person(Role.READER), a_person()
    fund(client_, 5_000, at)
    fund(stranger, 5_000, at)
    send(client_, reader, at)
    before = everything()

    for again in (
        lambda: send(client_, reader, at, cents=998),
        lambda: send(client_, other, at),
        lambda: send(stranger, reader, at),
    ):
        with pytest.raises(KeyReused):
            again()
    assert everything() == before


def test_a_gift_is_paid_in_cash_only(client_: User, reader: User, at: datetime) -> None:
    fund(client_, 998, at)
    movements.grant_promo(
        client=client_, grant_id=uuid4(), cents=5_000, expires_at=at + timedelta(days=1), at=at
    )
    before = everything()

    with pytest.raises(InsufficientFunds) as refused:
        send(client_, reader, at)

    assert (refused.value.needed_cents, refused.value.available_cents) == (999, 998)
    assert everything() == before
    assert not Lot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixty_gifts_race_for_the_money_of_five(at: datetime) -> None:
    sender, reader = a_person(), a_person(Role.READER)
    fund(sender, 2_500, at)

    answers = race(lambda _: send(sender, reader, at, gift_id=uuid4(), cents=500), 60)

    assert sum(isinstance(answer, Movement) for answer in answers) == 5
    assert sum(isinstance(answer, InsufficientFunds) for answer in answers) == 55
    assert (held(sender, "client_wallet"), held(reader, "reader_pending")) == (0, 1_750)
    assert broken(at) == []


@pytest.mark.django_db(transaction=True)
def test_one_gift_sent_forty_times_at_once_is_one_movement(at: datetime) -> None:
    sender, reader = a_person(), a_person(Role.READER)
    fund(sender, 5_000, at)

    answers = race(lambda _: send(sender, reader, at), 40)

    assert {answer.pk for answer in answers} == {Movement.objects.get(kind="gift").pk}
    assert held(sender, "client_wallet") == 5_000 - 999


@given(st.integers(min_value=1, max_value=1_000_000))
def test_the_two_shares_are_the_price_and_the_reader_never_gains_the_odd_cent(cents: int) -> None:
    share = split(cents)

    assert share.reader_cents + share.platform_cents == cents
    assert share.reader_cents == cents * 70 // 100


def test_a_door_is_paid_once_and_matures_after_the_stream(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at)

    assert enter(client_, reader, at).pk == enter(client_, reader, at).pk

    lot = Lot.objects.get()
    hold = timedelta(hours=settings.EARNINGS_HOLD_HOURS)
    assert (lot.earned_cents, lot.matures_at) == (700, at + timedelta(days=3) + hold)
    assert held(client_, "client_wallet") == 3_999
    assert broken(at) == []


def test_a_door_is_given_back_whole_and_once(
    client_: User, reader: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund(client_, 5_000, at)
    enter(client_, reader, at)
    heard: list[WalletCredited] = []
    monkeypatch.setitem(announcements._reactions, WalletCredited, [heard.append])

    assert give_back(client_, reader, at).pk == give_back(client_, reader, at).pk

    assert (held(client_, "client_wallet"), held(reader, "reader_pending")) == (5_000, 0)
    assert Lot.objects.get().refunded_cents == 700
    platform = selectors.platform_cents()
    assert platform[PotKind.REVENUE_GIFT] + platform[PotKind.REFUNDS_CONTRA] == 0
    assert heard == [WalletCredited(client_id=client_.pk, at=at)]
    assert broken(at) == []


def test_a_door_given_back_pays_first_what_the_client_owes(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 1_001, at)
    enter(client_, reader, at)
    owe(client_, 400, at)

    give_back(client_, reader, at)

    assert selectors.balance_of(client_.pk) == selectors.Balance(601, 0, 0, 0)


def test_a_door_that_has_matured_comes_out_of_what_is_payable_and_the_rest_is_owed(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at)
    enter(client_, reader, at)
    _mature_and_pay_out(reader, at, paid_cents=300)

    give_back(client_, reader, at)

    assert held(client_, "client_wallet") == 5_000
    assert held(reader, "reader_payable") == 0
    assert held(reader, "reader_receivable") == -300
    assert broken(at) == []


def test_nothing_is_given_back_where_nothing_was_paid(
    client_: User, reader: User, at: datetime
) -> None:
    before = everything()

    with pytest.raises(Movement.DoesNotExist):
        give_back(client_, reader, at)
    assert everything() == before


def test_the_wallet_says_what_was_given_and_hides_what_staff_wrote(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at)
    send(client_, reader, at)
    enter(client_, reader, at)
    give_back(client_, reader, at)
    movements.adjust(
        client=client_, adjustment_id=uuid4(), cents=100, reason="between us",
        signed_by=[a_person(Role.ADMIN).pk], at=at,
    )  # fmt: skip

    assert [(row.label, row.amount_cents) for row in selectors.activity_of(client_.pk)] == [
        ("Adjustment", 100),
        ("Given back: Entrance to Moon over water", 1_001),
        ("Entrance to Moon over water", -1_001),
        ("Rose to Ilse, Moon over water", -999),
        ("Added funds", 5_000),
    ]


def _mature_and_pay_out(reader: User, at: datetime, *, paid_cents: int) -> None:
    """As movements 8 to 10 will: the lot becomes payable, and some of it leaves."""
    pending, payable = pots.pending_of(reader.pk), pots.payable_of(reader.pk)
    clearing = pots.platform(PotKind.STRIPE_CLEARING)
    posting.post(
        posting.Fact(Movement.Kind.ADJUSTMENT, "lot:mature", "lot", 700, at),
        touching=[pending, payable, clearing],
        legs=[
            posting.Leg(pending, payable, 700),
            posting.Leg(payable, clearing, paid_cents),
        ],
    )
    Lot.objects.update(state=Lot.State.PAYABLE)

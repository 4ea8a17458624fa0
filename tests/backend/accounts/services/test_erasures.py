from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from backend.accounts.models import AuditEntry, Consent, Erasure, Trace, User
from backend.accounts.services import accounts, erasures, traces
from backend.core.errors import Forbidden, IllegalMove
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.notifications.models import Notification
from live.models import ChatMessage
from live.services import chats
from live.states import Peer
from marketplace.models import Review
from marketplace.services import reviews
from tests import builders
from tests.live.stage import Stage, committed

THREE_MINUTES_CENTS = 1_197
pytestmark = pytest.mark.django_db


def _say(stage: Stage, sender: Peer, key: str) -> None:
    chats.send(
        session_id=stage.session.id, sender=sender, key=key, text="Secret of Rosa", at=stage.now
    )


def _read_until_nothing_is_left(at: datetime) -> Stage:
    """A client who spent it all on one chat, said something there, and reviewed it."""
    stage = Stage(at, cents=THREE_MINUTES_CENTS)
    stage.connect("chat", question="About Rosa in Lisbon")
    _say(stage, Peer.CLIENT, "1")
    for minute in range(4):  # a reader who says nothing is not paid for
        _say(stage, Peer.READER, str(minute))
        stage.run(50)
    stage.hangup()
    reviews.write(
        client=stage.client, session_id=stage.session.id, stars=4, text="Rosa is real", at=stage.now
    )
    traces.note(user_id=stage.client.pk, seen={"device": "d"}, at=stage.now)
    committed()
    return stage


def test_a_person_is_forgotten_a_week_later_and_the_books_still_balance(at: datetime) -> None:
    stage = _read_until_nothing_is_left(at)
    client, address = stage.client, stage.client.email
    paid = ledger.captures_of(stage.session.id)

    asked = erasures.ask(user=client, typed=f" {address.upper()} ", at=stage.now)
    assert erasures.ask(user=client, typed=address, at=stage.now).pk == asked.pk
    assert erasures.carry_out_due(at=asked.due_at - timedelta(seconds=1)) == 0
    mail.outbox.clear()
    assert erasures.carry_out_due(at=asked.due_at) == 1
    committed()

    client.refresh_from_db()
    assert (client.is_active, client.erased_at) == (False, asked.due_at)
    assert client.email == f"erased-{client.pk.hex}@erased.invalid"
    assert (client.display_name, client.has_usable_password()) == ("Somebody", False)
    for gone in (EmailAddress, Trace, Notification):
        assert not gone.objects.filter(user=client).exists()
    said = {m.sender: m.text for m in ChatMessage.objects.filter(session=stage.session)}
    assert said == {"client": "(The writer has left SoulSeer.)", "reader": "Secret of Rosa"}
    review = Review.objects.get(session=stage.session)
    assert (review.stars, review.text) == (4, "")
    assert stage.row().question == ""
    assert ledger.captures_of(stage.session.id) == paid
    assert audit.proofs(stage.now) == []
    assert [m.to for m in mail.outbox] == [[address]]
    done = AuditEntry.objects.get(act="erasure.done")
    assert (done.actor, done.about, done.facts["reviews"]) == (None, f"user:{client.pk}", 1)
    assert address not in str(done.facts)
    with pytest.raises(accounts.WeakPassword):  # the address is free again
        accounts.register(email=address, password="x", display_name="New", at=stage.now)


def test_nobody_goes_while_something_is_open(at: datetime) -> None:
    stage = Stage(at, cents=5_000)
    stage.connect("chat")

    with pytest.raises(erasures.ErasureObjected) as of_client:
        erasures.ask(user=stage.client, typed=stage.client.email, at=stage.now)
    stage.run(60)
    stage.hangup()
    with pytest.raises(erasures.ErasureObjected) as of_reader:
        erasures.ask(user=stage.reader, typed=stage.reader.email, at=stage.now)

    codes = {error["code"] for error in of_client.value.extra["errors"]}
    assert codes >= {"reading_live", "money_in_wallet", "money_held"}
    assert {e["code"] for e in of_reader.value.extra["errors"]} == {"earnings_pending"}
    admin = builders.an_admin()
    with pytest.raises(Forbidden):
        erasures.ask(user=admin, typed=admin.email, at=stage.now)
    with pytest.raises(erasures.NotConfirmed):
        erasures.ask(user=stage.client, typed="somebody@else.test", at=stage.now)
    assert not Erasure.objects.exists()


def test_it_can_be_taken_back_until_it_happens(maya: User, at: datetime) -> None:
    with pytest.raises(IllegalMove):
        erasures.take_back(user=maya, at=at)
    asked = erasures.ask(user=maya, typed=maya.email, at=at)
    erasures.take_back(user=maya, at=at + timedelta(days=6))

    assert erasures.carry_out_due(at=asked.due_at) == 0
    maya.refresh_from_db()
    assert (maya.is_active, maya.email) == (True, "maya@example.test")


def test_money_that_came_meanwhile_puts_it_off_for_a_day(maya: User, at: datetime) -> None:
    asked = erasures.ask(user=maya, typed=maya.email, at=at)
    builders.top_up(maya, 2_000, at=at + timedelta(days=1))

    assert erasures.carry_out_due(at=asked.due_at) == 0

    asked.refresh_from_db()
    assert (asked.state, asked.held_up_by) == ("waiting", "money_in_wallet")
    assert asked.due_at == at + timedelta(days=8)
    maya.refresh_from_db()
    assert maya.email == "maya@example.test"
    assert Notification.objects.filter(user=maya, title__contains="still here").exists()


def test_a_reader_s_page_and_photo_go(at: datetime) -> None:
    profile = builders.a_reader(at=at, name="Ana Luz", headline="Tarot", bio="Born in Lisbon")
    reader = profile.user
    asked = erasures.ask(user=reader, typed=reader.email, at=at)
    assert erasures.carry_out_due(at=asked.due_at) == 1

    profile.refresh_from_db()
    reader.refresh_from_db()
    assert (profile.published_at, profile.bio, profile.search_text) == (None, "", "")
    assert "ana" not in profile.slug
    assert reader.display_name == "A former reader"
    assert builders.api().get(f"/api/v1/readers/{reader.pk}/").status_code == 404


def test_case_71_the_database_refuses_to_delete_a_person_of_the_books(at: datetime) -> None:
    client = builders.a_client(cents=500, at=at)
    with pytest.raises(ProtectedError):
        client.delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM accounts_user WHERE id = '{client.pk}'"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=client.pk).update(erased_at=at)  # but keeps the address
    assert ledger.balance_of(client.pk).cash_cents == 500


def test_signing_up_notes_what_one_agreed_to(maya: User, at: datetime) -> None:
    kept = Consent.objects.filter(user=maya).order_by("kind")

    assert [(c.kind, c.given_at, c.withdrawn_at) for c in kept] == [
        ("adult", at, None),
        ("privacy", at, None),
        ("terms", at, None),
    ]

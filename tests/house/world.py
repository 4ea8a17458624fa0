"""A running reading of two people: what strangers want to see, and the API is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import connection

from backend.accounts.models import User
from backend.accounts.services import traces
from backend.core import clock
from backend.ledger import flags, movements
from backend.ledger.models import Flag
from backend.notifications import services as notifications
from payouts.models import TopUp
from tests import builders
from tests.live.stage import Stage

QUESTION: Final = "Shall I take the blue house by the quay?"
MOVED_SQL: Final = """
SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_movement),
       (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM ledger_pot p),
       (SELECT md5(string_agg(s::text, '|' ORDER BY id)) FROM live_readingsession s),
       (SELECT count(*) FROM live_chatmessage), (SELECT count(*) FROM marketplace_review),
       (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM payouts_topup t),
       (SELECT count(*) FROM mfa_authenticator), (SELECT count(*) FROM accounts_invitation),
       (SELECT md5(string_agg(f::text, '|' ORDER BY id)) FROM ledger_flag f),
       (SELECT md5(string_agg(n::text, '|' ORDER BY id)) FROM notifications_notification n),
       (SELECT md5(string_agg(u::text, '|' ORDER BY id)) FROM accounts_user u
        WHERE id = ANY(%s))
"""


@dataclass
class World:
    """``people`` take part in the reading or run the house; ``strangers`` do neither.

    ``values`` fill the parameters of routes with things that exist.
    """

    stage: Stage
    people: dict[str, User]
    strangers: dict[str, User]
    values: dict[str, Any]

    def moved(self) -> Any:
        """A fingerprint of money, sessions and the people."""
        with connection.cursor() as cursor:
            cursor.execute(MOVED_SQL, [[user.pk for user in self.people.values()]])
            return cursor.fetchone()

    def secrets(self) -> list[str]:
        """What no stranger may read anywhere."""
        ids = [str(self.values[name]) for name in ("session_id", "notice_id", "top_up_id")]
        return [*ids, QUESTION, *(user.email for user in self.people.values())]


def build() -> World:
    """Make it now, in the caller's transaction."""
    at = clock.now()
    stage = Stage(at)
    stage.connect("chat", question=QUESTION)
    people = {"client": stage.client, "reader": stage.reader, "admin": builders.an_admin()}
    strangers = {
        "client": builders.a_client(cents=10_000, at=at),
        "reader": builders.a_reader(at=at).user,
    }
    return World(stage, people, strangers, _values(stage))


def _values(stage: Stage) -> dict[str, Any]:
    notice = notifications.notify(
        user_id=stage.client.pk, kind="account", title="Between us", url="/settings/", at=stage.now
    )
    careful = builders.a_client(at=stage.now, name="Somebody with a passkey")
    key = Authenticator.objects.create(user=careful, type="webauthn", data={"name": "key"})
    return {
        "session_id": stage.session.pk,
        "reader_id": stage.reader.pk,
        "user_id": stage.client.pk,
        "slug": stage.profile.slug,
        "notice_id": notice.pk,
        "top_up_id": _top_up_of(stage).pk,
        "flag_id": _flag_of(stage).pk,
        "pk": key.pk,
        "object_id": stage.client.pk,
        "content_type_id": 1,
        "app_label": "accounts",
        "url": "nowhere/",
        "key": "made-up",
        "uidb36": "1",
        "path": "nothing.png",
    }


def _flag_of(stage: Stage) -> Flag:
    """An earlier reading of the two, made with one device."""
    people = {"client_id": stage.client.pk, "reader_id": stage.reader.pk}
    for user_id in people.values():
        traces.note(user_id=user_id, seen={"device": "one for both"}, at=stage.now)
    movements.open_lot(
        about="session:before",
        reader_id=stage.reader.pk,
        earned_cents=1,
        matures_at=stage.now + timedelta(days=1),
    )
    flags.examine(about="session:before", **people, at=stage.now)
    return Flag.objects.get()


def _top_up_of(stage: Stage) -> TopUp:
    return TopUp.objects.create(
        client=stage.client,
        key="k",
        amount_cents=2_000,
        currency="USD",
        status_since=stage.now,
        created_at=stage.now,
        expires_at=stage.now + timedelta(minutes=30),
    )

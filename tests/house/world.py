"""A running reading and a private live room of two people, as strangers and the API see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.db import connection

from backend.accounts.models import Export, User
from backend.accounts.services import exports, traces
from backend.core import clock
from backend.inbox.models import ExternalEvent
from backend.ledger import adjustments, flags, movements
from backend.ledger.models import Flag, Movement, Pot
from backend.notifications import services as notifications
from live.models import Gift, GiftKind, StreamMessage
from live.streams import quotes
from live.streams.services import chats, details, gifts, hands, streams
from payouts.earnings.services import runs
from payouts.models import Dispute, Payout, PayoutTerms, SavedCard, TopUp, Withdrawal
from payouts.payout_states import PayoutState
from payouts.wallet.services import withdrawals
from tests import builders
from tests.house import banks
from tests.live.stage import Stage
from tests.live.streams.stage import engine_runs

ROOM: Final = "For the two of us alone"
QUESTION: Final = "Shall I take the blue house by the quay?"
_SECRET_IDS: Final = (
    *("session_id", "notice_id", "top_up_id", "stream_id", "message_id", "gift_id"),
    *("payout_id", "run_id", "dispute_id", "card_id", "withdrawal_id"),
)
MOVED_SQL: Final = """
SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_movement),
       (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM ledger_pot p),
       (SELECT md5(string_agg(s::text, '|' ORDER BY id)) FROM live_readingsession s),
       (SELECT count(*) FROM live_chatmessage), (SELECT count(*) FROM marketplace_review),
       (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM payouts_topup t),
       (SELECT md5(string_agg(c::text, '|' ORDER BY id)) FROM payouts_savedcard c),
       (SELECT md5(string_agg(w::text, '|' ORDER BY id)) FROM payouts_withdrawalpart w),
       (SELECT count(*) FROM payouts_withdrawal), (SELECT count(*) FROM payouts_withdrawalhold),
       (SELECT count(*) FROM payouts_cardsetup),
       (SELECT count(*) FROM payouts_autoreload), (SELECT count(*) FROM payouts_reload),
       (SELECT count(*) FROM payouts_promoredemption), (SELECT count(*) FROM payouts_promocode),
       (SELECT count(*) FROM accounts_spendlimit), (SELECT count(*) FROM accounts_exclusion),
       (SELECT md5(string_agg(o::text, '|' ORDER BY id)) FROM payouts_payout o),
       (SELECT count(*) FROM payouts_payoutrun), (SELECT count(*) FROM payouts_connectaccount),
       (SELECT md5(string_agg(x::text, '|' ORDER BY reader_id)) FROM payouts_payoutterms x),
       (SELECT md5(string_agg(c::text, '|' ORDER BY id)) FROM payouts_chargeback c),
       (SELECT md5(string_agg(w::text, '|' ORDER BY id)) FROM payouts_paymentwarning w),
       (SELECT count(*) FROM accounts_export e WHERE e.user_id = ANY(%s)),
       (SELECT count(*) FROM accounts_erasure e WHERE e.user_id = ANY(%s)),
       (SELECT count(*) FROM mfa_authenticator), (SELECT count(*) FROM accounts_invitation),
       (SELECT md5(string_agg(f::text, '|' ORDER BY id)) FROM ledger_flag f),
       (SELECT md5(string_agg(n::text, '|' ORDER BY id)) FROM notifications_notification n),
       (SELECT md5(string_agg(l::text, '|' ORDER BY id)) FROM live_stream l),
       (SELECT md5(string_agg(m::text, '|' ORDER BY id)) FROM live_streammessage m),
       (SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM accounts_report e),
       (SELECT count(*) FROM live_streamsilence), (SELECT count(*) FROM live_streammoderator),
       (SELECT count(*) FROM live_streamreport), (SELECT count(*) FROM live_streamreminder),
       (SELECT md5(string_agg(h::text, '|' ORDER BY id)) FROM live_raisedhand h),
       (SELECT md5(string_agg(a::text, '|' ORDER BY id)) FROM ledger_signedalone a),
       (SELECT md5(string_agg(d::text, '|' ORDER BY id)) FROM payouts_dispute d),
       (SELECT count(*) FROM payouts_statement), (SELECT count(*) FROM payouts_decision),
       (SELECT md5(string_agg(r::text, '|' ORDER BY id)) FROM payouts_signaturerequest r),
       (SELECT md5(string_agg(j::text, '|' ORDER BY id)) FROM ledger_adjustment j),
       (SELECT count(*) FROM accounts_auditentry), (SELECT count(*) FROM accounts_featureswitch),
       (SELECT md5(string_agg(v::text, '|' ORDER BY id)) FROM inbox_externalevent v),
       (SELECT md5(string_agg(k::text, '|' ORDER BY id)) FROM live_giftkind k),
       (SELECT count(*) FROM readers_vettingstep),
       (SELECT md5(string_agg(q::text, '|' ORDER BY user_id)) FROM readers_readerprofile q
        WHERE user_id = ANY(%s)),
       (SELECT count(*) FROM live_gift), (SELECT count(*) FROM live_streampass),
       (SELECT count(*) FROM admin_portal_evidencerecord),
       (SELECT count(*) FROM live_sessionevent), (SELECT count(*) FROM live_faultcheck),
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
        """A fingerprint of money, sessions, live rooms and the people."""
        with connection.cursor() as cursor:
            people = [user.pk for user in self.people.values()]
            cursor.execute(MOVED_SQL, [people] * MOVED_SQL.count("%s"))
            return cursor.fetchone()

    def secrets(self) -> list[str]:
        """What no stranger may read anywhere."""
        ids = [str(self.values[name]) for name in _SECRET_IDS]
        return [*ids, QUESTION, ROOM, *(user.email for user in self.people.values())]


def build() -> World:
    """Make it now, in the caller's transaction."""
    at = clock.now()
    stage = Stage(at)
    stage.connect("chat", question=QUESTION)
    people = {"client": stage.client, "reader": stage.reader, "admin": builders.an_admin()}
    strangers = {
        "client": builders.a_client(cents=10_000, at=at),
        "reader": builders.a_reader(at=at).user,
        # An admin of the house, who signed in with a password alone.
        "careless": builders.an_admin(second_factor=False),
    }
    return World(stage, people, strangers, _values(stage))


def _values(stage: Stage) -> dict[str, Any]:
    notice = notifications.notify(
        user_id=stage.client.pk, kind="account", title="Between us", url="/settings/", at=stage.now
    )
    careful = builders.a_client(at=stage.now, name="Somebody with a passkey")
    key = Authenticator.objects.create(user=careful, type="webauthn", data={"name": "key"})
    message = _room_of(stage)
    payout = _payout_of(stage)
    return {
        "payout_id": payout.pk,
        "run_id": payout.run_id,
        "stream_id": message.stream_id,
        "gift_id": _gift_in(message.stream_id, stage).pk,
        "message_id": message.pk,
        "session_id": stage.session.pk,
        "reader_id": stage.reader.pk,
        "user_id": stage.client.pk,
        "slug": stage.profile.slug,
        "notice_id": notice.pk,
        "top_up_id": _top_up_of(stage).pk,
        "card_id": _card_of(stage).pk,
        "withdrawal_id": _withdrawal_of(stage).pk,
        "flag_id": _flag_of(stage).pk,
        **banks.values(stage),
        "adjustment_id": _adjustment_of(stage),
        "movement_id": Movement.objects.order_by("id")[0].pk,
        "pot_id": Pot.objects.order_by("id")[0].pk,
        "dispute_id": _dispute_of(stage).pk,
        "kind_id": GiftKind.objects.get(code="candle").pk,
        "event_id": _event(stage),
        "pk": key.pk,
        "name": "gifts",
        "kind": "adult",
        "object_id": stage.client.pk,
        "content_type_id": 1,
        "app_label": "accounts",
        "url": "nowhere/",
        "link": exports.link_of(_archive_of(stage)),
        "year": stage.now.year,
        "month": stage.now.month,
        "key": "made-up",
        "uidb36": "1",
        "path": "nothing.png",
    }


def _archive_of(stage: Stage) -> Export:
    """An archive of the client's, ready to be fetched."""
    return Export.objects.create(
        user=stage.client,
        state=Export.State.READY,
        asked_at=stage.now,
        ready_at=stage.now,
        expires_at=stage.now + exports.LIFE,
        path="exports/nobody.zip",
        size_bytes=1,
    )


def _room_of(stage: Stage) -> StreamMessage:
    """A live room of the reader's for the client alone, and what the client said there."""
    engine_runs()
    wishes = {
        "title": ROOM,
        "access": "private",
        "invited": [stage.client.email],
        "scheduled_at": stage.now + timedelta(hours=1),
    }
    room = details.create(host=stage.reader, wishes=wishes, at=stage.now)
    streams.start(host=stage.reader, stream_id=room.pk, at=stage.now)
    this = {"stream_id": room.pk, "at": stage.now}
    hands.raise_hand(user=stage.client, **this)
    return chats.send(sender_id=stage.client.pk, key="k", text="It is me", **this)


def _gift_in(stream_id: UUID, stage: Stage) -> Gift:
    """A candle from the client."""
    kind = GiftKind.objects.get(code="candle")
    wish = gifts.Wish(uuid4(), stream_id, kind.pk, quotes.of(kind, at=stage.now).text)
    return gifts.send(wish, sender=stage.client, at=stage.now).gift


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


def _payout_of(stage: Stage) -> Payout:
    """One that waits, of a reader whose payouts are stopped."""
    PayoutTerms.objects.create(reader=stage.reader, stopped_at=stage.now, stop_reason="x")
    run = runs.begin_nightly(at=stage.now)
    return Payout.objects.create(
        run=run,
        reader=stage.reader,
        period_date=run.date,
        state=PayoutState.WAITED,
        state_since=stage.now,
        created_at=stage.now,
        amount_cents=2_000,
        currency="USD",
        reason="stopped",
    )


def _adjustment_of(stage: Stage) -> UUID:
    """One that waits for a second admin."""
    return adjustments.request(
        adjustment_id=uuid4(),
        by=builders.an_admin(),
        person_id=stage.client.pk,
        cents=20_000,
        reason="A long silence",
        at=stage.now,
    ).pk


def _dispute_of(stage: Stage) -> Dispute:
    """The client's case about an earlier reading of the two."""
    return Dispute.objects.create(
        about="session:before",
        session_id=uuid4(),
        client=stage.client,
        reader=stage.reader,
        reason_code="other",
        text="It is between us",
        opened_at=stage.now,
        due_at=stage.now,
        kind="chat",
        ended_at=stage.now,
        billed_s=60,
        rate_per_minute_cents=399,
        split_bps=7_000,
        gross_cents=399,
        reader_cents=279,
        state_since=stage.now,
    )


def _event(stage: Stage) -> UUID:
    """A dead letter."""
    return ExternalEvent.objects.create(
        source="stripe",
        external_id="evt_of_the_world",
        type="x.y",
        livemode=False,
        payload={},
        received_at=stage.now,
        due_at=stage.now,
        settled_at=stage.now,
        state="dead",
    ).pk


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


def _card_of(stage: Stage) -> SavedCard:
    return SavedCard.objects.create(
        client=stage.client,
        method_id="pm_of_the_client",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2034,
        is_default=True,
        consented_at=stage.now,
        saved_at=stage.now,
    )


def _withdrawal_of(stage: Stage) -> Withdrawal:
    """A dollar on its way back to the card that the client once paid with."""
    return withdrawals.request(client=stage.client, key="w", cents=100, at=stage.now)

"""What happened: top-ups, readings and gifts, evenly over a year. Their money is in ``books``."""

from __future__ import annotations

from typing import Final

from admin_portal.seeding.rows import insert
from backend.inbox.models import ExternalEvent
from live.models import Gift, ReadingSession, Segment, Stream
from payouts.models import TopUp

# Every 25th ring is missed; the others last one to eleven whole minutes. The top-up before it
# pays for it all: what is captured, the two minutes that stay held, and the gift after it.
_SESSIONS: Final = """
CREATE TEMP TABLE seed_session AS
SELECT s.*, pg_temp.id_at(s.begun_at) AS id, gen_random_uuid() AS top_up_id,
    gen_random_uuid() AS lot_id, gen_random_uuid() AS gift_id, gen_random_uuid() AS gift_lot_id,
    c.id AS client_id, r.id AS reader_id,
    s.begun_at + s.minutes * interval '1 minute' + interval '3 seconds' AS ended_at,
    greatest(500, (rate * (minutes + 2) + gift_cents + 99) / 100 * 100) AS top_up_cents
FROM (
    SELECT n, 99 + n * 37 %% 40 * 10 AS rate,
        CASE WHEN n %% 25 = 0 THEN 0 ELSE 1 + n * 31 %% 11 END AS minutes,
        CASE WHEN n %% 5 = 1 THEN 200 * (1 + n %% 7) ELSE 0 END AS gift_cents,
        CASE n %% 3 WHEN 0 THEN 'chat' WHEN 1 THEN 'voice' ELSE 'video' END AS kind,
        1 + floor(random() * %(clients)s)::int AS client_n,
        1 + floor(random() * %(readers)s)::int AS reader_n,
        %(begin)s::timestamptz
            + n * ((%(end)s::timestamptz - %(begin)s::timestamptz) / (%(sessions)s + 1)) AS begun_at
    FROM generate_series(1, %(sessions)s) AS n
) AS s
JOIN seed_person c ON c.role = 'client' AND c.n = s.client_n
JOIN seed_person r ON r.role = 'reader' AND r.n = s.reader_n
"""
# Beyond the end nothing has matured.
_MATURED: Final = "ALTER TABLE seed_session ADD matures_at timestamptz, ADD earned int"
_EARNED: Final = """
UPDATE seed_session SET matures_at = ended_at + interval '24 hours',
    earned = rate * minutes * 7000 / 10000
"""
_STREAMS: Final = """
CREATE TEMP TABLE seed_stream AS
SELECT pg_temp.id_at(%(begin)s::timestamptz + r.n * interval '1 hour') AS id, r.id AS host_id,
    r.n, %(begin)s::timestamptz + r.n * interval '1 hour' AS started_at,
    count(s.n) AS gifts, coalesce(sum(s.gift_cents), 0) AS cents,
    coalesce(sum(s.gift_cents * 7000 / 10000), 0) AS earned
FROM seed_person r
LEFT JOIN seed_session s ON s.reader_id = r.id AND s.gift_cents > 0
WHERE r.role = 'reader' GROUP BY r.id, r.n
"""
_PAID: Final = "s.minutes > 0"


def statements() -> list[str]:
    """In this order, after the people; they read ``begin``, ``end`` and ``sessions`` too."""
    return [
        _SESSIONS,
        _MATURED,
        _EARNED,
        _STREAMS,
        "ANALYZE seed_session",
        _top_ups(),
        _events(),
        _readings(),
        _segments(),
        _streams(),
        _gifts(),
    ]


def _top_ups() -> str:
    return insert(
        TopUp,
        {
            "id": "s.top_up_id",
            "client_id": "s.client_id",
            "key": "'seeded-' || s.n",
            "amount_cents": "s.top_up_cents",
            "currency": "'USD'",
            "status": "'succeeded'",
            "status_since": "s.begun_at - interval '5 minutes'",
            "checkout_session_id": "'cs_seeded' || s.n",
            "payment_intent_id": "'pi_seeded' || s.n",
            "created_at": "s.begun_at - interval '6 minutes'",
            "expires_at": "s.begun_at + interval '1 hour'",
            "settled_at": "s.begun_at - interval '5 minutes'",
        },
        "seed_session s ORDER BY s.n",
    )


def _events() -> str:
    """Each payment's event; every 200th was of no use, every 5,000th is a dead letter."""
    return insert(
        ExternalEvent,
        {
            "id": "pg_temp.id_at(s.begun_at - interval '5 minutes')",
            "source": "'stripe'",
            "external_id": "'evt_seeded' || s.n",
            "type": "CASE WHEN s.n %% 200 = 1 THEN 'product.created' "
            "ELSE 'payment_intent.succeeded' END",
            "object_id": "'pi_seeded' || s.n",
            "livemode": "false",
            "payload": "jsonb_build_object('id', 'evt_seeded' || s.n, 'object', 'event', 'data', "
            "jsonb_build_object('object', jsonb_build_object('id', 'pi_seeded' || s.n, "
            "'amount', s.top_up_cents)))",
            "received_at": "s.begun_at - interval '5 minutes'",
            "due_at": "s.begun_at - interval '5 minutes'",
            "settled_at": "s.begun_at - interval '4 minutes'",
            "state": "CASE WHEN s.n %% 5000 = 2 THEN 'dead' WHEN s.n %% 200 = 1 THEN 'ignored' "
            "ELSE 'done' END",
            "attempts": "1",
        },
        "seed_session s ORDER BY s.n",
    )


def _readings() -> str:
    held, captured = "s.rate * (s.minutes + 2)", "s.rate * s.minutes"
    return insert(
        ReadingSession,
        {
            "id": "s.id",
            "client_id": "s.client_id",
            "reader_id": "s.reader_id",
            "kind": "s.kind",
            "state": f"CASE WHEN {_PAID} THEN 'ended' ELSE 'missed' END",
            "reason": f"CASE WHEN {_PAID} THEN 'hangup_client' ELSE '' END",
            "rate_per_minute_cents": "s.rate",
            "billable_s": "60 * s.minutes",
            "captured_cash_cents": captured,
            "held_cash_cents": held,
            "released_cents": "2 * s.rate",
            "reader_total_cents": "s.earned",
            "holds": "1",
            "segments": f"CASE WHEN {_PAID} THEN 1 ELSE 0 END",
            "touched_at": "s.ended_at",
            "requested_at": "s.begun_at - interval '30 seconds'",
            "accepted_at": f"CASE WHEN {_PAID} THEN s.begun_at - interval '20 seconds' END",
            "started_at": f"CASE WHEN {_PAID} THEN s.begun_at END",
            "ended_at": "s.ended_at",
        },
        "seed_session s ORDER BY s.n",
    )


def _segments() -> str:
    return insert(
        Segment,
        {
            "id": "pg_temp.id_at(s.begun_at)",
            "session_id": "s.id",
            "n": "1",
            "started_at": "s.begun_at",
            "ended_at": "s.ended_at - interval '3 seconds'",
            "billed_s": "60 * s.minutes",
        },
        f"seed_session s WHERE {_PAID} ORDER BY s.n",
    )


def _streams() -> str:
    return insert(
        Stream,
        {
            "id": "s.id",
            "host_id": "s.host_id",
            "title": "'An open table, number ' || s.n",
            "state": "'ended'",
            "end_reason": "'host'",
            "created_at": "s.started_at",
            "started_at": "s.started_at",
            "ended_at": "s.started_at + interval '2 hours'",
            "gifts_count": "s.gifts",
            "gifts_cents": "s.cents",
            "earned_cents": "s.earned",
        },
        "seed_stream s ORDER BY s.n",
    )


def _gifts() -> str:
    return insert(
        Gift,
        {
            "id": "s.gift_id",
            "stream_id": "st.id",
            "sender_id": "s.client_id",
            "reader_id": "s.reader_id",
            "kind_id": "(SELECT array_agg(id ORDER BY position) FROM live_giftkind)"
            "[1 + s.n %% (SELECT count(*) FROM live_giftkind)]",
            "price_cents": "s.gift_cents",
            "reader_cents": "s.gift_cents * 7000 / 10000",
            "at": "s.begun_at - interval '2 minutes'",
        },
        "seed_session s JOIN seed_stream st ON st.host_id = s.reader_id "
        "WHERE s.gift_cents > 0 ORDER BY s.n",
    )

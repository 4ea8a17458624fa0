"""What went out and what was asked back: payouts of every week, and cases that were decided."""

from __future__ import annotations

from typing import Final

from admin_portal.seeding.rows import insert
from payouts.models import Decision, Dispute, Payout, PayoutRun

_RUNS: Final = """
CREATE TEMP TABLE seed_run AS
SELECT paid_at, pg_temp.id_at(paid_at) AS id FROM (SELECT DISTINCT paid_at FROM seed_payout) AS r
"""
# Every 50th reading that was paid for is disputed an hour later and decided by the first admin.
_CASES: Final = """
CREATE TEMP TABLE seed_case AS
SELECT pg_temp.id_at(s.ended_at + interval '1 hour') AS id, gen_random_uuid() AS decision_id,
    s.id AS session_id, s.client_id, s.reader_id, s.kind, s.ended_at, s.minutes, s.rate, s.earned,
    a.id AS admin_id
FROM seed_session s JOIN seed_person a ON a.role = 'admin' AND a.n = 1
WHERE s.minutes > 0 AND s.n %% 50 = 3
"""


def statements() -> list[str]:
    """In this order, after the books."""
    return [_RUNS, _runs(), _payouts(), _CASES, _disputes(), _decisions()]


def _runs() -> str:
    return insert(
        PayoutRun,
        {
            "id": "id",
            "date": "(paid_at AT TIME ZONE 'UTC')::date",
            "kind": "'nightly'",
            "state": "'done'",
            "began_at": "paid_at",
            "due_at": "paid_at",
            "ended_at": "paid_at + interval '1 minute'",
        },
        "seed_run ORDER BY paid_at",
    )


def _payouts() -> str:
    return insert(
        Payout,
        {
            "id": "p.id",
            "run_id": "r.id",
            "reader_id": "p.reader_id",
            "period_date": "(p.paid_at AT TIME ZONE 'UTC')::date",
            "state": "'sent'",
            "state_since": "p.paid_at + interval '2 seconds'",
            "created_at": "p.paid_at",
            "amount_cents": "p.cents",
            "currency": "'USD'",
            "asked_at": "p.paid_at",
            "destination": "'acct_seeded'",
            "transfer_id": "'tr_seeded' || p.n",
            "sent_at": "p.paid_at + interval '2 seconds'",
        },
        "seed_payout p JOIN seed_run r USING (paid_at) ORDER BY p.paid_at",
    )


def _disputes() -> str:
    return insert(
        Dispute,
        {
            "id": "id",
            "about": "'session:' || session_id",
            "session_id": "session_id",
            "client_id": "client_id",
            "reader_id": "reader_id",
            "key": "'seeded'",
            "reason_code": "'connection'",
            "text": "'I could not hear them for part of it.'",
            "opened_at": "ended_at + interval '1 hour'",
            "due_at": "ended_at + interval '1 day'",
            "kind": "kind",
            "ended_at": "ended_at",
            "billed_s": "60 * minutes",
            "rate_per_minute_cents": "rate",
            "split_bps": "7000",
            "gross_cents": "rate * minutes",
            "reader_cents": "earned",
            "state": "'closed'",
            "state_since": "ended_at + interval '9 days'",
            "appeal_until": "ended_at + interval '8 days'",
        },
        "seed_case ORDER BY id",
    )


def _decisions() -> str:
    return insert(
        Decision,
        {
            "id": "decision_id",
            "dispute_id": "id",
            "decided_by_id": "admin_id",
            "at": "ended_at + interval '1 day'",
            "n": "1",
            "outcome": "'reject'",
            "cents": "0",
            "bearer": "'split'",
            "reason": "'Both sides were heard'",
        },
        "seed_case ORDER BY id",
    )

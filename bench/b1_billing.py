"""B1: sessions settled per second at a minute boundary, by the product's own sweep.

100,000 live readings all come due at once. ``live.services.billing.settle_due`` settles them:
beats read, money posted, rows written, browsers told. Then ten more minutes, so that the last
is measured on a ledger of a million charges. The peer is pgbench's TPC-B on the same server.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench import places
from bench.figures import Figure

SESSIONS: Final = int(os.environ.get("BENCH_SESSIONS", "100000"))
MINUTES: Final = 11
PGBENCH_SECONDS: Final = 15
RATE_CENTS: Final = 399
START: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

# People with money, and readings that began at START with both sides connected: the ledger's
# own rows included, so that the audit can prove afterwards that no cent was lost.
_SEED: Final = [
    """
    CREATE TEMP TABLE pair AS
    SELECT n, gen_random_uuid() AS client, gen_random_uuid() AS reader,
        gen_random_uuid() AS session, gen_random_uuid() AS top_up, gen_random_uuid() AS hold
    FROM generate_series(1, %(sessions)s) AS n
    """,
    """
    INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, date_joined,
        email, display_name, role, timezone, frozen_reason, under_review_why, is_demo)
    SELECT id, '!', false, false, true, %(start)s, role || n || '@bench.test', role || n, role,
        'UTC', '', '', false
    FROM pair, LATERAL (VALUES (client, 'client'), (reader, 'reader')) AS person (id, role)
    """,
    """
    INSERT INTO ledger_pot (kind, owner_id, currency, debits_cents, credits_cents)
    SELECT kind, owner, 'USD', debits, credits
    FROM pair, LATERAL (VALUES
        ('client_wallet', client, %(hold)s, 100000), ('client_promo', client, 0, 0),
        ('client_reserved', client, 0, %(hold)s), ('reader_pending', reader, 0, 0)
    ) AS pot (kind, owner, debits, credits)
    ORDER BY n
    """,
    """
    INSERT INTO ledger_pot (kind, currency, debits_cents, credits_cents)
    VALUES ('stripe_clearing', 'USD', 0, 0)
    """,
    """
    INSERT INTO ledger_movement (id, kind, key, about, gross_cents, currency, at, reason)
    SELECT id, kind, key, about, cents, 'USD', %(start)s, ''
    FROM pair, LATERAL (VALUES
        (top_up, 'top_up', 'pi:' || n || ':credit', 'topup:' || n, 100000),
        (hold, 'hold', 'sess:' || session || ':hold:1', 'session:' || session, %(hold)s)
    ) AS movement (id, kind, key, about, cents)
    """,
    """
    INSERT INTO ledger_transfer (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
    SELECT movement, 0, debit, credit, cents
    FROM pair
    JOIN ledger_pot wallet ON wallet.owner_id = client AND wallet.kind = 'client_wallet'
    JOIN ledger_pot held ON held.owner_id = client AND held.kind = 'client_reserved'
    JOIN ledger_pot stripe ON stripe.kind = 'stripe_clearing',
    LATERAL (VALUES (top_up, stripe.id, wallet.id, 100000), (hold, wallet.id, held.id, %(hold)s))
        AS leg (movement, debit, credit, cents)
    """,
    "SELECT id FROM live_readingsession",
]
_BEAT_ROW: Final = struct.Struct(">dddB")


def figures() -> list[Figure]:
    """Settle, then run the peer on the same server."""
    with places.database("b1") as url:
        sessions = _seed()
        seconds = [_settle_minute(sessions, minute) for minute in range(1, MINUTES + 1)]
        print("   seconds a minute:", ", ".join(f"{s:.2f}" for s in seconds))
        _prove()
        tps = _pgbench(url)
    first, last = seconds[0], seconds[-1]
    rate = SESSIONS / first
    peer = f"pgbench TPC-B -c 8{'' if tps else ' (absent)'}, tps"
    return [
        Figure(
            "B1",
            "sessions settled per second",
            "sessions/s",
            rate,
            tps,
            peer,
            ">= 10 times",
            bool(tps and rate >= 10 * tps),
        ),
        Figure(
            "B1",
            f"{SESSIONS:,} due sessions settled in",
            "s",
            first,
            None,
            "none",
            "<= 5 s",
            first <= 5,
        ),
        Figure(
            "B1",
            f"after {SESSIONS * (MINUTES - 1):,} charges",
            "s",
            last,
            first,
            "the first minute",
            "<= 2 times",
            last <= 2 * first,
        ),
    ]


def _seed() -> list[str]:
    """Make the people, their money and their readings; the sessions' ids as hex."""
    from django.db import connection

    parameters: dict[str, int | datetime] = {
        "sessions": SESSIONS,
        "start": START,
        "due": START + timedelta(seconds=65),
        "hold": RATE_CENTS * 2,
        "rate": RATE_CENTS,
    }
    with connection.cursor() as cursor:
        for statement in [*_SEED[:-1], _session_sql()]:
            cursor.execute(statement, parameters)
        cursor.execute("SELECT session FROM pair ORDER BY n")
        sessions = [row[0].hex for row in cursor.fetchall()]
        cursor.execute("DROP TABLE pair")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    return sessions


def _session_sql() -> str:
    """The readings. Columns that nothing is said about get their model's default."""
    from live.models import ReadingSession

    said = {
        "id": "session",
        "client_id": "client",
        "reader_id": "reader",
        "kind": "'voice'",
        "state": "'active'",
        "rate_per_minute_cents": "%(rate)s",
        "held_cash_cents": "%(hold)s",
        "funded_s": "15000",
        "holds": "1",
        "segments": "1",
        "segment_start": "%(start)s",
        "segment_opened_at": "%(start)s",
        "client_seen_at": "%(start)s",
        "reader_seen_at": "%(start)s",
        "next_due_at": "%(due)s",
        "touched_at": "%(start)s",
        "requested_at": "%(start)s",
        "accepted_at": "%(start)s",
        "started_at": "%(start)s",
    }
    for field in ReadingSession._meta.concrete_fields:
        column = str(field.column)
        if column not in said and field.has_default():
            default = field.get_default()
            said[column] = f"'{default}'" if isinstance(default, str) else str(default)
    columns, values = ", ".join(said), ", ".join(said.values())
    return f"INSERT INTO live_readingsession ({columns}) SELECT {values} FROM pair ORDER BY n"


def _settle_minute(sessions: list[str], minute: int) -> float:
    """Let both sides beat up to that minute, then settle all that is due; the seconds it took."""
    from live.services import billing

    due_at = START + timedelta(seconds=60 * minute + 5)
    _beat(sessions, due_at - timedelta(seconds=2))
    started = time.perf_counter()
    settled = billing.settle_due(at=due_at)
    seconds = time.perf_counter() - started
    if settled != SESSIONS:
        raise SystemExit(f"{settled} of {SESSIONS} sessions were settled.")
    return seconds


def _beat(sessions: list[str], at: datetime) -> None:
    """Write the beats as the script of ``backend.realtime.beats`` leaves them after a minute
    of one beat every five seconds: no gap, nobody down."""
    from backend.core import redis

    stamp = at.timestamp() * 1_000
    row = _BEAT_ROW.pack(stamp, stamp, 0, 0)
    prefix = redis.key("beats", "")
    for begin in range(0, len(sessions), 10_000):
        batch = sessions[begin : begin + 10_000]
        redis.client().mset({prefix + session: row for session in batch})


def _prove() -> None:
    """No cent was lost, or the figure is worth nothing."""
    from backend.ledger import audit
    from backend.ledger.models import Movement

    if findings := audit.proofs(START):
        raise SystemExit(f"The ledger is not sound: {findings[0]}")
    captured = Movement.objects.filter(kind="capture").count()
    if captured != SESSIONS * MINUTES:
        raise SystemExit(f"{captured} captures, not {SESSIONS * MINUTES}.")


def _pgbench(url: str) -> float | None:
    """Transactions per second of TPC-B, 8 clients, in the same server; None without pgbench."""
    pgbench = _find_pgbench()
    if pgbench is None:
        return None
    subprocess.run(
        [pgbench, "-q", "-i", "-s", "10", url], check=True, capture_output=True, timeout=120
    )
    done = subprocess.run(
        [pgbench, "-n", "-c", "8", "-j", "2", "-T", str(PGBENCH_SECONDS), url],
        check=True,
        capture_output=True,
        text=True,
        timeout=PGBENCH_SECONDS + 60,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(found[1]) if found else None


def _find_pgbench() -> str | None:
    from backend.embedded import postgres

    beside = postgres.binaries() / "pgbench"
    if beside.exists():
        return str(beside)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str(installed[-1]) if installed else shutil.which("pgbench")

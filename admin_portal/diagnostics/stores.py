"""Checks of what keeps things: PostgreSQL, its pool, Redis and the bus of events on it."""

from __future__ import annotations

import statistics
import time
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import connection

from admin_portal.diagnostics.verdicts import Figure, Finding, Verdict
from backend.core import redis
from backend.realtime import events, rooms
from backend.realtime.publish import publish

ROUND_TRIPS: Final = 20
SLOW_MS: Final = 20.0
CONNECTIONS_NEARLY_ALL: Final = 0.8
ECHO_SECONDS: Final = 2.0
_SERVER: Final = """
SELECT current_setting('server_version'), pg_database_size(current_database()),
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    current_setting('max_connections')::int,
    (SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::int
        FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle')
"""


def database() -> Finding:
    """The server answers; how full it is."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        version, size, used, allowed, oldest_s = cursor.fetchone()
    figures: dict[str, Figure] = {
        "version": version.split()[0],
        "size_mb": size // 2**20,
        "connections": used,
        "connections_max": allowed,
        "oldest_transaction_s": oldest_s,
    }
    if used > CONNECTIONS_NEARLY_ALL * allowed:
        return Finding(Verdict.WARN, "Nearly every connection is in use.", figures)
    return Finding(Verdict.OK, f"PostgreSQL {version.split()[0]} answers.", figures)


def latency() -> Finding:
    """How long twenty questions take that need no work at all."""
    taken = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the first one may have to connect
        for _ in range(ROUND_TRIPS):
            started = time.perf_counter()
            cursor.execute("SELECT 1")
            cursor.fetchone()
            taken.append((time.perf_counter() - started) * 1_000)
    typical, slowest = statistics.median(taken), max(taken)
    figures: dict[str, Figure] = {
        "median_ms": round(typical, 2),
        "slowest_ms": round(slowest, 2),
        "round_trips": ROUND_TRIPS,
    }
    verdict = Verdict.WARN if typical > SLOW_MS else Verdict.OK
    return Finding(verdict, f"A question takes {typical:.2f} ms.", figures)


def pool() -> Finding:
    """The connections that this process keeps."""
    if not settings.DATABASES["default"]["OPTIONS"].get("pool"):
        kept = settings.DATABASES["default"].get("CONN_MAX_AGE", 0)
        words = f"This process keeps one connection a thread for {kept} s."
        return Finding(Verdict.OFF, words, {"kept_s": kept})
    stats = connection.pool.get_stats()  # type: ignore[attr-defined]
    figures: dict[str, Figure] = {
        "size": stats.get("pool_size", 0),
        "free": stats.get("pool_available", 0),
        "most": stats.get("pool_max", 0),
        "waiting": stats.get("requests_waiting", 0),
        "waited_too_long": stats.get("requests_errors", 0),
    }
    waits = bool(figures["waiting"])
    words = "Requests wait for a connection." if waits else "No request waits for a connection."
    return Finding(Verdict.WARN if waits else Verdict.OK, words, figures)


def redis_server() -> Finding:
    """Redis or Valkey answers; what it holds, and whether it throws things out."""
    started = time.perf_counter()
    redis.client().ping()
    took = (time.perf_counter() - started) * 1_000
    told = redis.client().info()
    figures: dict[str, Figure] = {
        "version": str(told.get("valkey_version") or told.get("redis_version", "")),
        "ping_ms": round(took, 2),
        "memory_mb": round(int(told.get("used_memory", 0)) / 2**20, 1),
        "clients": int(told.get("connected_clients", 0)),
        "evicted": int(told.get("evicted_keys", 0)),
    }
    if figures["evicted"]:
        return Finding(Verdict.WARN, "It has thrown keys out for want of memory.", figures)
    return Finding(Verdict.OK, f"It answers in {took:.1f} ms.", figures)


def channels() -> Finding:
    """Tell a room of our own something by the bus, and hear it back."""
    room = f"diagnosis:{uuid4().hex}"
    with redis.client().pubsub(ignore_subscribe_messages=False) as ear:
        ear.subscribe(rooms.channel(room))
        ear.get_message(timeout=ECHO_SECONDS)  # that the subscription stands
        started = time.perf_counter()
        publish(events.Echo(), to=room)
        heard = ear.get_message(timeout=ECHO_SECONDS)
    took = (time.perf_counter() - started) * 1_000
    if heard is None or heard["type"] != "message":
        words = f"What was published was not heard within {ECHO_SECONDS:.0f} s."
        return Finding(Verdict.DOWN, words)
    return Finding(
        Verdict.OK, f"Published and heard in {took:.1f} ms.", {"echo_ms": round(took, 2)}
    )

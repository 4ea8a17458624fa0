"""Health doors: ``/healthz`` (this process is up) and ``/readyz`` (it can serve people)."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

from backend.core import redis

WORKER_SILENT_SECONDS = 60
log = structlog.get_logger(__name__)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "up"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database, Redis, migrations and the workers are in order, else 503."""
    checks = {
        "database": _passes(_database),
        "migrations": _passes(_migrations),
        "redis": _passes(_redis),
        "workers": _passes(_workers),
    }
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks},
        status=200 if ready else 503,
    )


def worker_is_alive() -> None:
    """Note that a worker did its round just now (called by the heartbeat job)."""
    redis.client().set(redis.key("worker-alive"), int(time.time()), ex=10 * WORKER_SILENT_SECONDS)


def worker_silent_for() -> int | None:
    """Seconds since a worker did its round; None when none was seen for long.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    seen = redis.client().get(redis.key("worker-alive"))
    return None if seen is None else max(0, int(time.time()) - int(seen))


def queue_lengths() -> dict[str, int]:
    """How many jobs stand in each queue that workers read.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    names = [queue.name for queue in current_app.conf.task_queues or ()]
    with redis.client().pipeline(transaction=False) as pipe:
        for name in names:
            pipe.llen(f"{settings.REDIS_PREFIX}:celery:{name}")
        return dict(zip(names, map(int, pipe.execute()), strict=True))


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError, OSError):
        log.warning("not_ready", check=check.__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> bool:
    return bool(redis.client().ping())


def _workers() -> bool:
    silent = worker_silent_for()
    return silent is not None and silent < WORKER_SILENT_SECONDS

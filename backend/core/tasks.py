"""Jobs of the ground: a worker's heartbeat, and old answers forgotten."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock, health, idempotency


@shared_task(name="backend.core.tasks.worker_heartbeat", ignore_result=True)
def worker_heartbeat() -> None:
    """Say that a worker is alive; ``/readyz`` reads it."""
    health.worker_is_alive()


@shared_task(name="backend.core.tasks.forget_old_answers", ignore_result=True)
def forget_old_answers() -> int:
    """Drop idempotency answers older than 48 hours."""
    return idempotency.sweep(at=clock.now())

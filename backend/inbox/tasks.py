"""Jobs of the inbox: one event at once after it came, and the sweep that misses none."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.core import clock
from backend.core.locks import alone
from backend.inbox import services


@shared_task(name="backend.inbox.tasks.work_one", ignore_result=True)
def work_one(event_id: str) -> None:
    """Work one event as soon as it is stored."""
    services.work(UUID(event_id), at=clock.now())


@shared_task(name="backend.inbox.tasks.work_through", ignore_result=True)
def work_through() -> int:
    """Work every event that is due; one sweep at a time."""
    with alone("inbox") as mine:
        return services.work_due(at=clock.now()) if mine else 0

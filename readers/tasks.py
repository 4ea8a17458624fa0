"""Jobs of readers: notice who came and who went."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock, locks
from readers.services import availability


@shared_task(name="readers.tasks.sweep_presence")
def sweep_presence() -> int:
    """Every 5 s: publish changed statuses, lapse wishes. Skipped while another one runs."""
    with locks.alone("readers.sweep_presence") as mine:
        return availability.sweep_presence(at=clock.now()) if mine else 0

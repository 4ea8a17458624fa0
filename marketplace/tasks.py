"""Jobs of the marketplace."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.core import clock
from marketplace.services import favourites

ROUNDS_MAX = 20


@shared_task(name="marketplace.tasks.tell_arrival")
def tell_arrival(reader_id: str) -> int:
    """Tell everybody who favours the reader, batch by batch; how many were told."""
    told = 0
    for _ in range(ROUNDS_MAX):
        batch = favourites.tell_arrival(reader_id=UUID(reader_id), at=clock.now())
        told += batch
        if batch < favourites.TELL_BATCH:
            break
    return told


@shared_task(name="marketplace.tasks.tell_live")
def tell_live(stream_id: str) -> int:
    """Tell everybody who favours a stream's host that it runs; how many were told."""
    told = 0
    for _ in range(ROUNDS_MAX):
        batch = favourites.tell_live(stream_id=UUID(stream_id), at=clock.now())
        told += batch
        if batch < favourites.TELL_BATCH:
            break
    return told

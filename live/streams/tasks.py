"""Jobs of live rooms: the look at all of them, and what is due by the minute."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock, locks
from live.streams.services import audience, leaderboards, passes, reminders, streams

ROUNDS_MAX = 20


@shared_task(name="live.streams.tasks.sweep_rooms")
def sweep_rooms() -> int:
    """Every 5 s: leaderboards that were put off, counts, hosts who came or went, rooms to close.

    Skipped while another runs.
    """
    leaderboards.tell_due()
    with locks.alone("live.streams.sweep_rooms") as mine:
        return audience.sweep(at=clock.now()) if mine else 0


@shared_task(name="live.streams.tasks.remind")
def remind() -> int:
    """Tell those who asked to be reminded, batch by batch; how many were told."""
    told = 0
    for _ in range(ROUNDS_MAX):
        batch = reminders.send_due(at=clock.now())
        told += batch
        if batch == 0:
            break
    return told


@shared_task(name="live.streams.tasks.give_back_entrances")
def give_back_entrances() -> int:
    """Give back what streams owe that were cancelled or never began; how many entrances."""
    at = clock.now()
    streams.cancel_overdue(at=at)
    return passes.refund_due(at=at)

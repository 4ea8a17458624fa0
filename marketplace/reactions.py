"""What the marketplace does when something happens below it."""

from __future__ import annotations

from backend.core import jobs
from backend.core.announcements import on
from live.announcements import StreamWentLive
from marketplace.models import Favourite
from readers.announcements import ReaderCameOnline


@on(ReaderCameOnline)
def tell_those_who_wait(fact: ReaderCameOnline) -> None:
    """Start the job that tells the clients who favour the reader, if there are any."""
    if Favourite.objects.filter(reader_id=fact.reader_id).exists():
        jobs.enqueue("marketplace.tasks.tell_arrival", reader_id=str(fact.reader_id))


@on(StreamWentLive)
def tell_those_who_watch(fact: StreamWentLive) -> None:
    """Start the job that tells the clients who favour the host, if there are any."""
    if Favourite.objects.filter(reader_id=fact.host_id).exists():
        jobs.enqueue("marketplace.tasks.tell_live", stream_id=str(fact.stream_id))

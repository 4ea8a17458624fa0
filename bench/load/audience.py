"""The viewers of the load: one live room, real ICE and DTLS, packets counted undecrypted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from bench.streams import clip, ours, rig, stage
from bench.streams.doors import Grant

_AT_ONCE: Final = 100  # grants are good for a minute


@dataclass(frozen=True)
class Audience:
    """The processes of the host and of the viewers, and the host's page: cookie and room."""

    host: rig.Load
    load: rig.Load
    page: dict[str, str]

    def counted(self) -> dict[str, Any]:
        """Packets, expected packets, decoded frames and CPU seconds so far."""
        said = self.load.ask(count=True)
        return said | {"host_cpu": self.host.ask(count=True)["cpu"]}


@contextmanager
def watching(number: int) -> Iterator[Audience]:
    """A host who is on air and so many viewers, one of whom decodes, for the block."""
    people = stage.audience(number)
    with clip.kept(), rig.load() as host, rig.load() as load:
        # Last of all: a room whose host has no page for a minute is ended.
        stream_id = stage.go_live(at=datetime.now(UTC)).stream_id
        for end in (host, load):
            end.ask(open="ours", address="127.0.0.1")
        host.ask(publish=ours.host(stream_id))
        load.ask(decode=_grants(stream_id, people[:1])[0])
        for first in range(1, number, _AT_ONCE):
            load.ask(join=_grants(stream_id, people[first : first + _AT_ONCE]))
        page = {"cookie": stage.cookie(stage.host()), "room": f"streams/{stream_id}"}
        yield Audience(host, load, page)


def _grants(stream_id: UUID, people: list[UUID]) -> list[Grant]:
    return [ours.viewer(stream_id, person) for person in people]

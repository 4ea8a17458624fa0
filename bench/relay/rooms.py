"""Readings whose two sides open their sockets: people, profiles, rows and tickets for a bench."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID


@dataclass(frozen=True)
class Reading:
    """One reading and its two people."""

    id: UUID
    client_id: UUID
    reader_id: UUID


def readings(number: int) -> list[Reading]:
    """So many readings, accepted, with nobody connected yet."""
    from backend.accounts.models import Role, User
    from backend.core import clock
    from live.models import ReadingSession
    from live.states import State
    from readers.models import ReaderProfile

    def people(role: str) -> list[User]:
        return User.objects.bulk_create(
            User(email=f"{role}{n}@bench.test", display_name=f"{role} {n}", role=role)
            for n in range(number)
        )

    now = clock.now()
    clients, readers = people(Role.CLIENT), people(Role.READER)
    ReaderProfile.objects.bulk_create(
        ReaderProfile(user=reader, slug=f"reader-{n}") for n, reader in enumerate(readers)
    )
    rows = ReadingSession.objects.bulk_create(
        ReadingSession(
            client=client,
            reader=reader,
            kind="voice",
            state=State.CONNECTING,
            rate_per_minute_cents=399,
            requested_at=now,
            next_due_at=now + timedelta(hours=1),
            touched_at=now,
        )
        for client, reader in zip(clients, readers, strict=True)
    )
    return [Reading(row.id, row.client_id, row.reader_id) for row in rows]


def addresses(readings: list[Reading], ports: list[int]) -> str:
    """A plan for the load: both sides of each room, with fresh tickets, over ``ports`` in turn."""
    from backend.realtime import tickets

    lines: list[str] = []
    for reading in readings:
        for role, user_id in (("client", reading.client_id), ("reader", reading.reader_id)):
            room = f"sessions/{reading.id}"
            ticket = tickets.issue(user_id, room, role)
            port = ports[len(lines) % len(ports)]
            lines.append(f"{port} /ws/v1/{room}/?ticket={ticket}")
    return "\n".join(lines)


def peer_addresses(number: int, ports: list[int]) -> str:
    """The same for the peer."""
    query = "/socket.io/?EIO=4&transport=websocket&room=room"
    lines = [f"{query}{n // 2}" for n in range(2 * number)]
    return "\n".join(f"{ports[n % len(ports)]} {line}" for n, line in enumerate(lines))

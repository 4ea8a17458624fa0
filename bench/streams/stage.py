"""A host who is live, and people who may watch: rows made by the product's own services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

_HOST: Final = "host@bench.test"


@dataclass(frozen=True)
class Stage:
    """One live stream. ``client`` may watch it, and has money."""

    stream_id: UUID
    client: Any


def go_live(*, at: datetime, cents: int = 50_000) -> Stage:
    """A public stream that has just begun; the engine must be there."""
    from uuid import uuid4

    from backend.accounts.models import Role, User
    from backend.ledger import movements
    from live.streams.services import details, streams
    from readers.services import profiles

    host = User.objects.create_user(_HOST, display_name="Host", role=Role.READER)
    profiles.create(user=host, at=at, published=True)
    profiles.set_rates(reader_id=host.pk, rates={"video": 399}, at=at)
    client = User.objects.create_user("viewer@bench.test", display_name="Viewer")
    movements.top_up(
        client=client, amount_cents=cents, payment_intent_id="pi_bench", about=uuid4(), at=at
    )
    stream = details.create(host=host, wishes={"title": "Full moon evening"}, at=at)
    streams.start(host=host, stream_id=stream.id, at=at)
    return Stage(stream.id, client)


def host() -> Any:
    """Who is live."""
    from backend.accounts.models import User

    return User.objects.get(email=_HOST)


def cookie(user: Any) -> str:
    """What signs a browser of this person's in."""
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
    return browser.cookies["sessionid"].value


def givers(number: int, *, at: datetime, cents: int = 10_000) -> list[Any]:
    """So many clients with money."""
    from uuid import uuid4

    from backend.accounts.models import User
    from backend.ledger import movements

    found = [
        User.objects.create_user(f"giver{n}@bench.test", display_name=f"Giver {n}")
        for n in range(number)
    ]
    for n, client in enumerate(found):
        movements.top_up(
            client=client,
            amount_cents=cents,
            payment_intent_id=f"pi_bench_{n}",
            about=uuid4(),
            at=at,
        )
    return found


def audience(number: int) -> list[UUID]:
    """So many people who only look on."""
    from backend.accounts.models import User

    rows = User.objects.bulk_create(
        User(email=f"looks{n}@bench.test", display_name=f"Looks {n}", password="!")
        for n in range(number)
    )
    return [row.pk for row in rows]


def addresses(stream_id: UUID, people: list[UUID], port: int) -> str:
    """A plan for the socket load: one socket of each in the room, with fresh tickets."""
    from backend.realtime import tickets

    room = f"streams/{stream_id}"
    issued = (tickets.issue(person, room, "viewer") for person in people)
    return "\n".join(f"{port} /ws/v1/{room}/?ticket={ticket}" for ticket in issued)


def gift_event(gift_id: str, number: int) -> Any:
    """What a room hears of a gift."""
    from datetime import UTC

    from backend.realtime import events

    look = {
        "code": "candle",
        "name": "Candle",
        "art_url": "/static/img/gifts/candle.svg",
        "animation": "drift",
        "grand": False,
        "price_cents": 50,
    }
    known, now = UUID(gift_id), datetime.now(UTC)
    return events.Gift(known, look, known, f"Giver {number}", 1, 50 * number, now)


def gift_frame(gift_id: str, number: int) -> bytes:
    """The same as a page reads it."""
    from backend.realtime import parcels

    return parcels.of(gift_event(gift_id, number)).numbered(number)

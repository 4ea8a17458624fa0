"""Who takes part: clients with money, readers who may be rung, and their cookies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from bench.streams import stage

CENTS: Final = 30_000
RATE_CENTS: Final = 399
_KINDS: Final = ("chat", "voice", "video")
_PRESENT_EVERY_SECONDS: Final = 5.0


def pairs(number: int, *, at: datetime) -> list[dict[str, str]]:
    """So many clients and readers: ``{"kind", "client", "reader", "reader_id"}``, both cookies.

    Two chats, two calls and one video call of every five.
    """
    from backend.accounts.models import Role, User

    def made(role: str) -> list[Any]:
        return User.objects.bulk_create(
            User(
                email=f"{role}{n}@bench.test",
                display_name=f"{role.title()} {n}",
                role=role,
                password="!",
            )
            for n in range(number)
        )

    clients, readers = made(Role.CLIENT), made(Role.READER)
    for n, client in enumerate(clients):
        _give(client, n, at)
    _offer(readers, at)
    return [
        {
            "kind": _KINDS[(n % 5) // 2],
            "client": stage.cookie(client),
            "reader": stage.cookie(reader),
            "reader_id": str(reader.pk),
        }
        for n, (client, reader) in enumerate(zip(clients, readers, strict=True))
    ]


@contextmanager
def present() -> Iterator[None]:
    """For the length of the block every reader has a page open, as their ``me`` line would say."""
    from backend.accounts.models import Role, User

    ids = list(User.objects.filter(role=Role.READER).values_list("pk", flat=True))
    over = threading.Event()
    _stamp(ids)
    stamping = threading.Thread(target=_keep_stamping, args=(ids, over), daemon=True)
    stamping.start()
    try:
        yield
    finally:
        over.set()
        stamping.join()


def _keep_stamping(ids: list[UUID], over: threading.Event) -> None:
    while not over.wait(_PRESENT_EVERY_SECONDS):
        _stamp(ids)


def _stamp(ids: list[UUID]) -> None:
    from backend.realtime import presence

    for reader_id in ids:
        presence.beat(reader_id)


def _give(client: Any, number: int, at: datetime) -> None:
    from backend.ledger import movements

    movements.top_up(
        client=client,
        amount_cents=CENTS,
        payment_intent_id=f"pi_load_{number}",
        about=uuid4(),
        at=at,
    )


def _offer(readers: list[Any], at: datetime) -> None:
    from readers.models import ReaderProfile

    fields: dict[str, Any] = {"published_at": at, "wish_at": at}
    for kind in _KINDS:
        fields |= {f"rate_{kind}_cents": RATE_CENTS, f"wants_{kind}": True}
    ReaderProfile.objects.bulk_create(
        ReaderProfile(user=reader, slug=f"reader-{n}", **fields) for n, reader in enumerate(readers)
    )

"""A live room with people who give: every gift goes through the product's own service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from backend.accounts.models import User
from backend.core import redis
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.realtime import parcels, rooms
from live.models import Gift, GiftKind
from live.streams import catalogue, quotes
from live.streams.services import gifts
from tests import builders
from tests.live.stage import committed
from tests.live.streams.stage import Studio


class Room(Studio):
    """A host on air, and one viewer with $100.00 in cash."""

    def __init__(self, at: datetime, *, cents: int = 10_000, **wishes: Any) -> None:
        super().__init__(at, **wishes)
        catalogue.load()
        self.start()
        self.sender: User = builders.a_client(cents=cents, at=at)

    # ── Acts ────────────────────────────────────────────────────────────────────────────────
    def send(
        self,
        code: str = "rose",
        *,
        sender: User | None = None,
        gift_id: UUID | None = None,
        quote: str = "",
        anonymous: bool = False,
    ) -> gifts.Sent:
        kind = GiftKind.objects.get(code=code)
        wish = gifts.Wish(
            gift_id=gift_id or uuid4(),
            stream_id=self.stream.id,
            kind_id=kind.id,
            quote=quote or self.quote(code),
            is_anonymous=anonymous,
        )
        sent = gifts.send(wish, sender=sender or self.sender, at=self.now)
        committed()
        return sent

    def quote(self, code: str = "rose") -> str:
        return quotes.of(GiftKind.objects.get(code=code), at=self.now).text

    # ── Facts ───────────────────────────────────────────────────────────────────────────────
    def cash(self, person: User | None = None) -> int:
        return ledger.balance_of((person or self.sender).pk).cash_cents

    @property
    def earned(self) -> int:
        return ledger.earnings_of(self.host.pk).pending_cents

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave as it was."""
        row = self.row()
        counted = (row.gifts_count, row.gifts_cents, row.passes_cents, row.earned_cents)
        money = (self.cash(), self.earned, ledger.platform_cents())
        return (counted, money, Gift.objects.count())

    def assert_sound(self) -> None:
        """The books balance, and the stream agrees with them."""
        assert audit.proofs(self.now) == []


class Ears:
    """What is said in some rooms of Valkey from now on."""

    def __init__(self, *room_names: str) -> None:
        self.listening = redis.client().pubsub(ignore_subscribe_messages=True)
        for name in room_names:
            self.listening.subscribe(rooms.channel(name))
            self.listening.get_message(timeout=5)

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything that has arrived since: (type, what it says)."""
        found = []
        while message := self.listening.get_message(timeout=0.2):
            frame = orjson.loads(parcels.unpack(message["data"]).body)
            found.append((frame["type"], frame["data"]))
        return found

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.heard()]

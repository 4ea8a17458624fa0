"""A stage for readings: two people, a clock that is passed, beats and sweeps on command.

Everything goes through the product's own services; ``on_commit`` work runs right after each
act, as it would in production.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from backend.accounts.models import User
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.realtime import beats, presence
from live import metering
from live.facts import COLUMNS, Reading
from live.models import ReadingSession
from live.services import billing, connections, endings, requests
from live.states import LIVE, Peer
from readers.models import ReaderProfile
from tests import builders

BOTH = (Peer.CLIENT, Peer.READER)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def committed() -> None:
    """Run what waits for the commit, inside a test's own transaction."""
    while connection.in_atomic_block and connection.run_on_commit:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _, act, _robust in waiting:
            act()


class Stage:
    """One client, one reader, one clock (``now``), at most one reading at a time."""

    def __init__(self, at: datetime, *, cents: int = 10_000, rate: int = 399) -> None:
        self.now = at
        self.start = at
        self.client: User = builders.a_client(cents=cents, at=at)
        self.profile: ReaderProfile = builders.a_reader(at=at, rates=(rate, rate, rate))
        self.reader: User = self.profile.user
        self.session: ReadingSession
        committed()

    # ── Acts ────────────────────────────────────────────────────────────────────────────────
    def request(self, kind: str = "voice", **more: Any) -> ReadingSession:
        presence.beat(self.reader.pk, at=self.now)
        self.session = requests.request(
            client=self.client, reader_id=self.reader.pk, kind=kind, at=self.now, **more
        )
        committed()
        return self.session

    def accept(self) -> None:
        requests.accept(session_id=self.session.id, at=self.now)
        committed()

    def connect(self, kind: str = "voice", **more: Any) -> ReadingSession:
        """Ring, accept, both come up: the meter starts now."""
        self.request(kind, **more)
        self.accept()
        self.beat()
        self.up(Peer.CLIENT)
        return self.row()

    def beat(self, *peers: Peer) -> None:
        for peer in peers or BOTH:
            beats.beat(self.session.id, peer.value, at=self.now)

    def up(self, peer: Peer = Peer.CLIENT) -> None:
        connections.peer_up(session_id=self.session.id, peer=peer, at=self.now)
        committed()

    def down(self, peer: Peer) -> None:
        connections.peer_down(session_id=self.session.id, peer=peer, at=self.now)
        committed()

    def settle(self) -> None:
        billing.settle(session_id=self.session.id, at=self.now)
        committed()

    def sweep(self) -> None:
        billing.settle_due(at=self.now)
        billing.settle_stale(at=self.now)
        committed()

    def hangup(self, peer: Peer = Peer.CLIENT) -> ReadingSession:
        endings.hangup(session_id=self.session.id, peer=peer, at=self.now)
        committed()
        return self.row()

    def top_up(self, cents: int) -> None:
        builders.top_up(self.client, cents, at=self.now)
        committed()

    def wait(self, count: float) -> None:
        self.now += seconds(count)

    def run(
        self,
        count: int,
        *,
        beating: Iterable[Peer] = BOTH,
        sweeping: bool = True,
        every: int = 5,
    ) -> None:
        """Let ``count`` seconds pass: beats and sweeps every five, as in production."""
        peers = tuple(beating)
        for _ in range(count // every):
            self.wait(every)
            if peers:
                self.beat(*peers)
            if sweeping:
                self.sweep()
        self.wait(count % every)

    # ── Facts ───────────────────────────────────────────────────────────────────────────────
    def row(self) -> ReadingSession:
        self.session = ReadingSession.objects.get(id=self.session.id)
        return self.session

    @property
    def spendable(self) -> int:
        return ledger.balance_of(self.client.pk).spendable_cents

    @property
    def held(self) -> int:
        return ledger.balance_of(self.client.pk).held_cents

    @property
    def earned(self) -> int:
        return ledger.earnings_of(self.reader.pk).pending_cents

    @property
    def captured(self) -> int:
        return sum(line.cents for line in ledger.captures_of(self.session.id))

    def price(self, billable_s: int) -> int:
        return price_of(self.session, billable_s)

    def assert_sound(self) -> None:
        """The books balance, and this reading agrees with them to the cent."""
        assert audit.proofs(self.now) == []
        row = self.row()
        assert self.captured == row.captured_cents
        assert row.reader_total_cents == row.captured_cents * row.split_bps // 10_000
        if row.state not in LIVE:
            assert self.held == 0
            assert row.captured_cents == self.price(row.billable_s)


def price_of(session: ReadingSession, billable_s: int) -> int:
    row = Reading(*(getattr(session, column) for column in COLUMNS))
    return metering.price(row, billable_s)

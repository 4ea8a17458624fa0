"""A small world with a clock of seconds: peers that beat, fall silent, workers that die.

It knows by itself which seconds both peers were proven to be there, so that what was billed
can be compared with what was true.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from uuid import uuid4

from django.db import connection

from backend.core import redis
from backend.core.errors import TooMany
from backend.ledger import movements, selectors
from backend.realtime import beats
from live import joining, meter
from live.models import GiftKind, ReadingSession
from live.services import billing, caps, connections, endings, requests
from live.states import LIVE, Peer, State
from live.streams import catalogue, quotes
from live.streams.services import gifts
from tests import builders
from tests.live.stage import committed, price_of, seconds
from tests.live.streams.stage import Studio

TOLERANCE_S = 10
BEAT_S = 5


class World:
    """One client, one reader and one reading; time passes second by second."""

    def __init__(self, at: datetime, *, cents: int, rate: int, cap_cents: int | None) -> None:
        self.start = at
        self.t = 0
        self.money_in = cents
        self.money_out = 0
        self.client = builders.a_client(cents=cents, at=at)
        profile = builders.a_reader(at=at, rates=(rate, rate, rate))
        self.phase = {Peer.CLIENT: 0, Peer.READER: 2}
        self.silent_until = {Peer.CLIENT: 0, Peer.READER: 0}
        self.beaten: dict[Peer, list[int]] = {Peer.CLIENT: [], Peer.READER: []}
        self.active: set[int] = set()
        self.workers_dead_until = 0
        self.socket_dies = False
        self.studio: Studio | None = None
        self.session = requests.request(
            client=self.client,
            reader_id=profile.pk,
            kind="voice",
            at=at,
            spend_cap_cents=cap_cents,
        )
        requests.accept(session_id=self.session.id, at=at)
        committed()

    @property
    def now(self) -> datetime:
        return self.start + seconds(self.t)

    def row(self) -> ReadingSession:
        self.session.refresh_from_db()
        return self.session

    @property
    def is_live(self) -> bool:
        return self.row().state in LIVE

    # ── Time ────────────────────────────────────────────────────────────────────────────────
    def pass_time(self, count: int) -> None:
        for _ in range(count):
            if self.row().state == State.ACTIVE:
                self.active.add(self.t)
            self.t += 1
            for peer in Peer:
                if (self.t + self.phase[peer]) % BEAT_S == 0 and self.t >= self.silent_until[peer]:
                    self.beat(peer)
            if self.t % BEAT_S == 0 and self.t >= self.workers_dead_until:
                self.sweep()

    def beat(self, peer: Peer) -> None:
        """What the socket does with a heartbeat; it may die right after the stamp."""
        if self.row().state not in LIVE:
            return
        beat = beats.beat(self.session.id, peer.value, at=self.now)
        self.beaten[peer].append(self.t)
        known = joining.meter_of(self.session)
        if self.socket_dies:
            return
        match meter.need(known, beat.beats(), self.now):
            case meter.Need.UP:
                connections.peer_up(session_id=self.session.id, peer=peer, at=self.now)
            case meter.Need.SETTLE:
                billing.settle(session_id=self.session.id, at=self.now)
        committed()

    def sweep(self) -> None:
        billing.settle_stale(at=self.now)
        billing.settle_due(at=self.now)
        committed()

    def killed_after_commit(self) -> None:
        """A worker settles and dies before it told anybody."""
        billing.settle(session_id=self.session.id, at=self.now)
        connection.run_on_commit = []

    # ── Acts ────────────────────────────────────────────────────────────────────────────────
    def top_up(self, cents: int) -> None:
        builders.top_up(self.client, cents, at=self.now)
        self.money_in += cents
        committed()

    def grant(self, cents: int) -> None:
        """Promotional credit that outlives the test."""
        movements.grant_promo(
            client=self.client,
            grant_id=uuid4(),
            cents=cents,
            expires_at=self.now + seconds(10_000_000),
            at=self.now,
        )
        self.money_in += cents
        committed()

    def give(self, cents: int) -> None:
        """The client sends a gift of ``cents`` in somebody's live stream meanwhile."""
        if not 0 < cents <= selectors.balance_of(self.client.pk).cash_cents:
            return
        if self.studio is None:
            self.studio = Studio(self.now)
            self.studio.start()
            catalogue.load()
        kind = GiftKind.objects.get(code="rose")
        kind.price_cents = cents
        quote = quotes.of(kind, at=self.now).text
        wish = gifts.Wish(uuid4(), self.studio.stream.id, kind.id, quote)
        with suppress(TooMany):
            gifts.send(wish, sender=self.client, at=self.now)
            self.money_out += cents
        committed()

    def raise_cap(self, more: int) -> None:
        if self.is_live and self.session.cap_cents is not None:
            caps.raise_to(
                session_id=self.session.id,
                spend_cap_cents=self.session.cap_cents + more,
                at=self.now,
            )
            committed()

    def hang_up(self, peer: Peer) -> None:
        last = self.beaten[peer][-1] if self.beaten[peer] else None
        if self.is_live and last is not None and self.t - last <= TOLERANCE_S:
            self.beaten[peer].append(self.t)
        endings.hangup(session_id=self.session.id, peer=peer, at=self.now)
        committed()

    def end_by_staff(self) -> None:
        endings.admin_end(session_id=self.session.id, at=self.now)
        committed()

    def leave(self, peer: Peer) -> None:
        connections.peer_down(session_id=self.session.id, peer=peer, at=self.now)
        committed()

    def flush(self) -> None:
        """Everything in Redis is lost, in the middle of it all."""
        redis.client().flushdb()

    # ── Truth ───────────────────────────────────────────────────────────────────────────────
    def spendable(self) -> int:
        return selectors.balance_of(self.client.pk).spendable_cents

    def held(self) -> int:
        return selectors.balance_of(self.client.pk).held_cents

    def proven_seconds(self) -> int:
        """Seconds while active in which both were there, silences up to the tolerance bridged."""
        return len(self.active & self._covered(Peer.CLIENT) & self._covered(Peer.READER))

    def _covered(self, peer: Peer) -> set[int]:
        seen = self.beaten[peer]
        covered: set[int] = set()
        for one, next_one in pairwise(seen):
            if next_one - one <= TOLERANCE_S:
                covered |= set(range(one, next_one))
        return covered

    def assert_right(self) -> None:
        """Nothing is billed that was not true, and every cent is somewhere."""
        row = self.row()
        captured = row.captured_cents
        assert self.spendable() + self.held() + captured == self.money_in - self.money_out
        assert row.reader_total_cents == captured * row.split_bps // 10_000
        assert row.billable_s <= self.proven_seconds(), "billed what nobody proved"
        assert captured <= price_of(row, row.billable_s)
        if row.cap_cents is not None:
            assert captured <= row.cap_cents
        if row.state in (State.PAUSED, State.ENDED):
            assert captured == price_of(row, row.billable_s)
        if row.state not in LIVE:
            assert self.held() == 0
        else:
            assert self.held() == (
                row.held_promo_cents + row.held_cash_cents - captured - row.released_cents
            )

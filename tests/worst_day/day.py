"""One day: its plan, its people's common knowledge, and what it came to."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from demo_readers.api import Api
from tests.worst_day.asking import Answer, Caller
from tests.worst_day.books import Book
from tests.worst_day.chronicle import Chronicle
from tests.worst_day.model import Witness
from tests.worst_day.stack import Product


@dataclass(frozen=True)
class Plan:
    """What a day is made of. ``seconds``: how long people act; the quiet comes after that."""

    seed: int
    seconds: float
    clients: int = 50
    readers: int = 16
    hosts: int = 4
    actions: int = 2_000
    talk_s: tuple[float, float] = (8.0, 60.0)
    chargebacks: int = 8
    faults: tuple[str, ...] = ()  # which kinds; none means every kind
    fault_every_s: float = 25.0

    def rng(self, name: str) -> random.Random:
        """The dice of one person: what they mean to do is a function of the seed."""
        return random.Random(f"{self.seed}:{name}")


@dataclass
class Person:
    """Somebody who can sign in; the rates are a reader's, by kind."""

    id: str
    email: str
    name: str
    rates: dict[str, int | None] = field(default_factory=dict)


@dataclass
class ReaderNow:
    """What everybody may know of a reader: since when they are free, and who rings them."""

    person: Person
    free_since: float | None = None
    wanted_by: set[str] = field(default_factory=set)


@dataclass
class Reading:
    """One reading as its two pages saw it."""

    id: str
    client: str
    reader: str
    kind: str
    rate_cents: int
    witnesses: dict[str, Witness]
    chats: set[str] = field(default_factory=set)


class Sitting(Protocol):
    """Somebody in a room, for whom the clock may jump."""

    def stop_the_clock(self) -> None: ...

    def look(self) -> None: ...


class Day:
    """What people and faults share while the day runs."""

    def __init__(self, plan: Plan, product: Product, password: str) -> None:
        self.plan, self.product, self._password = plan, product, password
        self.chronicle = Chronicle()
        self.ends_at = 0.0
        self.over = asyncio.Event()
        self.done = 0
        self.answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.books: dict[str, Book] = {}
        self.readers: dict[str, ReaderNow] = {}
        self.readings: dict[str, Reading] = {}
        self.streams: dict[str, str] = {}  # of a host: the stream that is live
        self.stream_moved_at: dict[str, float] = {}
        self.callers: list[Caller] = []
        self.seats: set[Sitting] = set()
        self.disturbed_until = 0.0  # asyncio's clock: a fault is being recovered from
        self.chargebacks: dict[str, tuple[str, int]] = {}  # dispute id: client, cents
        self.stripe = httpx.AsyncClient(
            base_url=f"{product.stripe_url}/_sandbox", timeout=30, trust_env=False
        )

    def caller(self, person: Person) -> Caller:
        """A program of ``person``'s."""
        n = len(self.callers) + 1
        api = Api(
            self.product.url,
            person.email,
            self._password,
            sockets_base=self.product.sockets_url,
            # Everybody lives at an address of their own, as the proxy in front of us would say.
            headers={"X-Forwarded-For": f"10.0.{n // 250}.{n % 250 + 1}"},
        )
        caller = Caller(person.name, api, self.chronicle)
        self.callers.append(caller)
        return caller

    @property
    def is_calm(self) -> bool:
        """No fault is near, so that what everybody knows is true."""
        return asyncio.get_running_loop().time() > self.disturbed_until

    def disturb(self, seconds: float) -> None:
        """A fault: for so long answers may be other than in calm times."""
        until = asyncio.get_running_loop().time() + seconds
        self.disturbed_until = max(self.disturbed_until, until)

    def reading(self, session: dict[str, Any], client: str) -> Reading:
        """Remember a reading that was asked for."""
        return self.readings.setdefault(
            session["id"],
            Reading(
                id=session["id"],
                client=client,
                reader=session["reader_id"],
                kind=session["kind"],
                rate_cents=session["rate_per_minute_cents"],
                witnesses={"client": Witness(), "reader": Witness()},
            ),
        )

    def count(self, act: str, code: str) -> None:
        """One action was done, and how it was answered."""
        self.done += 1
        self.answers[act][code] += 1

    def judge(self, act: str, answer: Answer, allowed: set[str], *names: str) -> bool:
        """Hold an answer against what the auditor foresaw; whether it was foreseen."""
        self.count(act, answer.code)
        if answer.code in allowed or answer.code == "unknown":
            return True
        body = str(answer.body)[:300]
        what = f"{act} was answered {answer.code} instead of {sorted(allowed)}: {body}"
        self.chronicle.find("the auditor foresees every answer", what, *names)
        return False

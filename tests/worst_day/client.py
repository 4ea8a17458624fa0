"""One client as the acts need them: a program, dice, a book, and what can be foreseen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from tests.worst_day.asking import Answer
from tests.worst_day.books import Book
from tests.worst_day.day import Day, Person

REVIEW: Final = "account_under_review"


class Client:
    """Somebody who spends money."""

    def __init__(self, day: Day, person: Person) -> None:
        self.day, self.person = day, person
        self.caller = day.caller(person)
        self.rng = day.plan.rng(person.name)
        self.book = day.books.setdefault(person.id, Book())
        self.top_ups: dict[str, str] = {}  # top-up: payment

    @property
    def name(self) -> str:
        """How the chronicle calls them."""
        return self.person.name

    async def rest(self, seconds: float) -> None:
        """A pause that the end of the day cuts short."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.day.over.wait(), seconds)

    async def balance(self) -> dict[str, Any]:
        """The wallet as the API shows it; {} when it could not be asked."""
        answer = await self.caller.ask("GET", "/payments/balance/")
        return dict(answer.body) if answer.ok else {}

    def may_be_refused(self) -> set[str]:
        """Whoever charged a payment back is looked at by staff, once we have heard of it."""
        return {REVIEW} if self.book.charged_back else set()

    def foresee(self, answer: Answer, *, needed: int, low: int, high: int) -> set[str]:
        """What may be said to somebody who needs ``needed`` and has from ``low`` to ``high``.

        A refusal must name what is needed and what is there, exactly.
        """
        if answer.code == "insufficient_funds":
            body = answer.body
            if body.get("needed_cents") != needed:
                what = f"{body.get('needed_cents')} are said to be needed, not {needed}"
                self.day.chronicle.find("a 402 says what is needed", what, self.name)
            if not low <= body.get("available_cents", -1) <= high:
                what = f"{body.get('available_cents')} are said to be there, not {low} to {high}"
                self.day.chronicle.find("a 402 says what is there", what, self.name)
        allowed = self.may_be_refused()
        if high >= needed:
            allowed.add("ok")
        if low < needed:
            allowed.add("insufficient_funds")
        return allowed

    def may_still_come(self) -> int:
        """Cents that may enter the wallet by themselves: payments on their way, and refunds of
        readings that were disputed or went wrong."""
        spent = sum(self.day.plan.talk_s) if self.book.ended else 0
        return self.book.uncredited_cents + (1_000_000 if spent else 0)

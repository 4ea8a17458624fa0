"""Staff of a day: sign in with a second factor, decide cases over the API."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import httpx

from demo_readers.api import Api, SignInFailed
from tests import builders
from tests.worst_day.asking import Caller
from tests.worst_day.day import Day, Person

_EVERY_SECONDS: Final = 6.0


class StaffApi(Api):
    """An admin's program, with the code of an authenticator app."""

    async def sign_in(self) -> None:
        """Password and code; each code is good once, so a second try waits for the next."""
        self._http.headers.pop("Authorization", None)
        body = {
            "email": self._email,
            "password": self._password,
            "code": builders.code_from(builders.TOTP_SECRET),
        }
        answer = await self._http.post("/auth/login/", json=body)
        if answer.status_code != httpx.codes.OK:
            raise SignInFailed(f"{self._email}: {answer.status_code} {answer.text[:200]}")
        self._keep(answer.json())


class Staff:
    """One admin who decides whatever case is open."""

    def __init__(self, day: Day, person: Person, password: str) -> None:
        self._day = day
        api = StaffApi(day.product.url, person.email, password)
        self._caller = Caller(person.name, api, day.chronicle)
        day.callers.append(self._caller)
        self._rng = day.plan.rng(person.name)

    async def live(self) -> None:
        """Look at the open cases now and then, until cancelled."""
        while True:
            await self.decide_open()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._day.over.wait(), _EVERY_SECONDS)
                return

    async def decide_open(self) -> None:
        """Decide every case that is open."""
        found = await self._caller.ask("GET", "/admin/disputes/")
        if not found.ok:
            self._day.judge("list the cases", found, {"ok"}, self._caller.name)
            return
        for case in found.body["results"]:
            await self._decide(case)

    async def _decide(self, case: dict[str, Any]) -> None:
        outcome = self._rng.choice(["reject", "full", "custom"])
        verdict: dict[str, Any] = {
            "outcome": outcome,
            "reason": "Looked at on the worst day.",
            "words_to_client": "We looked at it.",
            "words_to_reader": "We looked at it.",
            "version": case["version"],
            "bearer": self._rng.choice(["split", "platform", "reader"]),
        }
        if outcome == "custom":
            verdict["cents"] = self._rng.randint(1, max(1, case["gross_cents"] // 2))
        if outcome == "reject":
            verdict["bearer"] = "split"
        path, key = f"/admin/disputes/{case['id']}/resolve/", f"resolve-{uuid4().hex}"
        answer = await self._caller.ask("POST", path, verdict, key, str(case["session_id"]))
        # A proven fault may have given the money back since the case was opened.
        allowed = {"ok", "more_than_was_paid", "invalid_input"}
        self._day.judge(
            f"decide a case ({outcome})",
            answer,
            allowed,
            self._caller.name,
            str(case["session_id"]),
        )

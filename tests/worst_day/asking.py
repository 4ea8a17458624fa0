"""Asking as a careful program does: an unknown outcome is asked again under the same key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import httpx

from demo_readers.api import Api, SignInFailed
from tests.worst_day.chronicle import Chronicle

GIVES_UP_SECONDS: Final = 90.0
_PAUSES: Final = (0.3, 0.6, 1.2, 2.0)
_UNKNOWN: Final = {500, 502, 503, 504}
_STILL_RUNNING: Final = "idempotency_still_running"
OK: Final = "ok"


@dataclass(frozen=True)
class Answer:
    """The last word of the product. ``code`` is ``ok`` or the code of the refusal.

    ``lost`` counts the tries whose outcome nobody knew; ``took_s`` is the time with all of them.
    """

    code: str
    body: Any
    lost: int = 0
    took_s: float = 0.0

    @property
    def ok(self) -> bool:
        """It was done."""
        return self.code == OK


class Caller:
    """One person's program. ``name`` is how the chronicle calls them."""

    def __init__(self, name: str, api: Api, chronicle: Chronicle) -> None:
        self.name, self.api, self._chronicle = name, api, chronicle
        self.errors_500: list[str] = []
        self.slowest: tuple[float, str] = (0.0, "")

    async def ask(
        self, method: str, path: str, body: Any = None, key: str = "", *about: str
    ) -> Answer:
        """Ask until the outcome is known.

        Gives up after a minute and a half with the code ``unknown``, which is a finding.
        """
        loop = asyncio.get_running_loop()
        began, lost = loop.time(), 0
        while True:
            code, said = await self._once(method, path, body, key)
            took = loop.time() - began
            if code is not None:
                answer = Answer(code, said, lost, took)
                self._tell(f"{method} {path} -> {code}", answer, key, about)
                return answer
            lost += 1
            self._chronicle.note(f"{self.name}: {method} {path} unknown: {said}", self.name, key)
            if took > GIVES_UP_SECONDS:
                what = f"{method} {path} of {self.name} has no answer: {said}"
                self._chronicle.find("every request is answered in the end", what, self.name, key)
                return Answer("unknown", {}, lost, took)
            await asyncio.sleep(_PAUSES[min(lost, len(_PAUSES)) - 1])

    async def _once(self, method: str, path: str, body: Any, key: str) -> tuple[str | None, Any]:
        """Code and body; no code when the outcome is not known, and why."""
        try:
            return OK, await self.api.ask(method, path, body, key=key)
        except httpx.HTTPStatusError as refused:
            answer = refused.response
            code = _code_of(answer)
            if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                self.errors_500.append(f"{method} {_route(path)}")
            if answer.status_code in _UNKNOWN or code == _STILL_RUNNING:
                return None, f"{answer.status_code} {code}"
            return code, answer.json()
        except (httpx.TransportError, SignInFailed) as lost:
            return None, type(lost).__name__

    def _tell(self, text: str, answer: Answer, key: str, about: tuple[str, ...]) -> None:
        tries = f" after {answer.lost} unknown" if answer.lost else ""
        self._chronicle.note(f"{self.name}: {text}{tries}", self.name, key, *about)
        if answer.took_s > self.slowest[0]:
            self.slowest = (answer.took_s, text)


def _code_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("code") or answer.status_code)
    except ValueError:
        return str(answer.status_code)


def _route(path: str) -> str:
    return "/".join("…" if len(part) == 36 else part for part in path.split("/"))

"""An automated reader's evening: sign in, be online, answer rings, hold readings."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from demo_readers.api import Api, SignInFailed
from demo_readers.readings import Reading
from demo_readers.sockets import Frame, opened

log = logging.getLogger(__name__)
_RETRY_SECONDS = (2.0, 5.0)
_SIGN_IN_RETRY_SECONDS = 30.0


@dataclass(frozen=True)
class Character:
    """Who this is and how they answer. ``pause`` is the range of seconds before answering."""

    email: str
    name: str
    accepts: bool = True
    pause: tuple[float, float] = (2.0, 4.0)
    kinds: tuple[str, ...] = ("chat", "voice", "video")


class Person:
    """One automated reader on one product."""

    def __init__(self, character: Character, base: str, password: str) -> None:
        self._who = character
        self._api = Api(base, character.email, password)
        self._reading: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Be there until cancelled; the product may restart meanwhile."""
        while True:
            try:
                await self._api.sign_in()
                await self._be_online()
            except SignInFailed as refused:
                log.warning("%s cannot sign in: %s", self._who.name, refused)
                await asyncio.sleep(_SIGN_IN_RETRY_SECONDS)
            except (httpx.HTTPError, OSError, WebSocketException) as lost:
                log.info(
                    "%s lost the product (%s), trying again", self._who.name, type(lost).__name__
                )
            await asyncio.sleep(random.uniform(*_RETRY_SECONDS))  # noqa: S311

    async def _be_online(self) -> None:
        async with opened(self._api, "me") as socket:
            beats = asyncio.create_task(socket.beat(dict))
            try:
                await self._wish()
                log.info("%s is online", self._who.name)
                async for kind, data in socket.frames():
                    await self._hear(kind, data)
            finally:
                beats.cancel()

    async def _wish(self) -> None:
        wishes = dict.fromkeys(self._who.kinds, True)
        await self._api.ask("PUT", "/readers/me/status/", wishes)

    async def _hear(self, kind: str, data: Frame) -> None:
        if kind == "incoming-request":
            self._soon(self._answer(data["session_id"]))
        elif kind == "snapshot":
            running = data.get("active_session")
            if running and running["state"] == "requested":
                self._soon(self._answer(running["id"]))
            elif running:
                self._join(running["id"])
        elif kind == "status" and data.get("status") == "offline" and data.get("reason"):
            await self._wish()  # two missed rings, or away too long: an automaton comes back

    async def _answer(self, session_id: str) -> None:
        await asyncio.sleep(random.uniform(*self._who.pause))  # noqa: S311
        word = "accept" if self._who.accepts else "decline"
        try:
            await self._api.ask(
                "POST", f"/sessions/{session_id}/{word}/", {}, key=f"{word}-{session_id}"
            )
        except httpx.HTTPStatusError as refused:
            log.info(
                "%s was too late to %s (%s)", self._who.name, word, refused.response.status_code
            )
            return
        if self._who.accepts:
            self._join(session_id)

    def _soon(self, answer: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(answer)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _join(self, session_id: str) -> None:
        if self._reading is None or self._reading.done():
            reading = Reading(self._api, self._who.name, session_id)
            self._reading = asyncio.create_task(reading.hold())
            self._reading.add_done_callback(_tell_failure)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a reading broke", exc_info=task.exception())

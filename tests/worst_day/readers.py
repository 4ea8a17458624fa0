"""Readers: online for every kind, answering rings their own way; and hosts of live streams."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import httpx
from websockets.exceptions import WebSocketException

from demo_readers.api import SignInFailed
from demo_readers.sockets import Frame, opened
from tests.worst_day.asking import Caller
from tests.worst_day.chronicle import now
from tests.worst_day.day import Day, Person, Reading
from tests.worst_day.rooms import LIVE, Seat

KINDS: Final = ("chat", "voice", "video")
_AGAIN_SECONDS: Final = (0.5, 1.5)


class Reader:
    """One reader's page, all day."""

    def __init__(self, day: Day, person: Person) -> None:
        self._day, self._person = day, person
        self._caller: Caller = day.caller(person)
        self._rng = day.plan.rng(person.name)
        self._seat: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """One socket after the other, until cancelled."""
        while True:
            try:
                async with opened(self._caller.api, "me") as socket:
                    beats = asyncio.create_task(socket.beat(dict))
                    try:
                        await self._wish()
                        async for kind, frame in socket.frames():
                            await self._hear(kind, frame)
                    finally:
                        self._free(is_free=False)
                        beats.cancel()
            except (httpx.HTTPError, SignInFailed, OSError, WebSocketException) as lost:
                self._day.chronicle.note(
                    f"{self._person.name} has no page: {type(lost).__name__}", self._person.name
                )
            await asyncio.sleep(self._rng.uniform(*_AGAIN_SECONDS))

    async def until_free(self) -> None:
        """Wait for the reading that runs."""
        for task in (self._seat, *self._answering):
            if task is not None and not task.done():
                with suppress(asyncio.CancelledError):
                    await task

    async def _wish(self) -> None:
        offered = {kind: self._person.rates[kind] is not None for kind in KINDS}
        answer = await self._caller.ask("PUT", "/readers/me/status/", offered)
        self._day.judge("go online", answer, {"ok"}, self._person.name)
        self._free(is_free=answer.ok and not self._is_reading)

    @property
    def _is_reading(self) -> bool:
        return self._seat is not None and not self._seat.done()

    def _free(self, *, is_free: bool) -> None:
        self._day.readers[self._person.id].free_since = now() if is_free else None

    async def _hear(self, kind: str, frame: Frame) -> None:
        match kind:
            case "incoming-request":
                self._soon(self._answer(frame["session_id"]))
            case "snapshot":
                running = frame.get("active_session")
                if running and running["state"] == "requested":
                    self._soon(self._answer(running["id"]))
                elif running:
                    self._soon(self._join(running["id"]))
            case "status" if frame.get("status") == "offline" and frame.get("reason"):
                self._soon(self._wish())  # missed rings, or away for long

    def _soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, session_id: str) -> None:
        self._free(is_free=False)
        await asyncio.sleep(self._rng.uniform(0.2, 1.5))
        mood = self._rng.random()
        if mood < 0.06:
            self._day.count("ignore a ring", "done")
            await asyncio.sleep(1)
        else:
            word = "decline" if mood < 0.14 else "accept"
            path = f"/sessions/{session_id}/{word}/"
            answer = await self._caller.ask("POST", path, {}, f"{word}-{session_id}", session_id)
            # The client may have called it off, or it rang too long.
            self._day.judge(word, answer, {"ok", "illegal_move"}, self._person.name, session_id)
            if answer.ok and word == "accept":
                await self._join(session_id)
                return
        self._free(is_free=True)

    async def _join(self, session_id: str) -> None:
        if self._is_reading:
            return
        self._seat = asyncio.create_task(self._read(session_id))
        await self._seat

    async def _read(self, session_id: str) -> None:
        self._free(is_free=False)
        answer = await self._caller.ask("GET", f"/sessions/{session_id}/")
        if not answer.ok or answer.body["state"] not in LIVE:
            self._free(is_free=True)
            return
        reading: Reading = self._day.reading(answer.body, answer.body["client"]["id"])
        shortest, longest = self._day.plan.talk_s
        stays = self._rng.uniform(shortest, 3 * longest)
        try:
            seat = Seat(self._day, self._caller, reading, "reader", stays_s=stays)
            await seat.sit()
        finally:
            self._free(is_free=True)


class Host:
    """A reader who is on air, one stream after the other. The picture does not matter here."""

    def __init__(self, day: Day, person: Person) -> None:
        self._day, self._person = day, person
        self._caller = day.caller(person)
        self._rng = day.plan.rng(person.name)

    async def live(self) -> None:
        """Make, start and end streams until the day is over."""
        while not self._day.over.is_set():
            stream_id = await self._begin()
            if stream_id is None:
                await asyncio.sleep(1)
                continue
            self._moved(stream_id)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._day.over.wait(), self._rng.uniform(40, 120))
            self._moved(None)
            path = f"/streams/{stream_id}/end/"
            answer = await self._caller.ask("POST", path, {}, uuid4().hex, stream_id)
            self._day.judge("end a stream", answer, {"ok"}, self._person.name, stream_id)

    async def _begin(self) -> str | None:
        said = {"title": "Moon over the worst day", "topic": "tarot", "access": "public"}
        made = await self._caller.ask("POST", "/streams/", said, uuid4().hex)
        if not self._day.judge("make a stream", made, {"ok"}, self._person.name) or not made.ok:
            return None
        stream_id = str(made.body["id"])
        path = f"/streams/{stream_id}/start/"
        begun = await self._caller.ask("POST", path, {}, uuid4().hex, stream_id)
        self._day.judge("go live", begun, {"ok"}, self._person.name, stream_id)
        return stream_id if begun.ok else None

    def _moved(self, stream_id: str | None) -> None:
        self._day.stream_moved_at[self._person.id] = asyncio.get_running_loop().time()
        if stream_id is None:
            self._day.streams.pop(self._person.id, None)
        else:
            self._day.streams[self._person.id] = stream_id

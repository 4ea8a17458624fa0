"""An automated reader on air: a stream of a moving sky, some chat, thanks for gifts."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx
from aiortc import MediaStreamTrack
from websockets.exceptions import WebSocketException

from demo_readers import lines
from demo_readers.api import Api, SignInFailed
from demo_readers.media import Sky, Voice, voice_samples
from demo_readers.sockets import BEAT_SECONDS, Frame, Socket, opened
from demo_readers.whip import Publication

log = logging.getLogger(__name__)
AUTOMATED = "Demo reader (automated)"
_RETRY_SECONDS = (1.0, 2.0)
_FAILURES_MAX = 4  # the pause doubles that often
# The server needs a moment to see a picture; before that "away" is no news.
_SETTLING_SECONDS = 15.0
_NOT_TO_BE_STARTED = {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}
_VISITS_MAX = 30
_FIRST_WORDS_SECONDS = 5.0
_THANKS_TOGETHER_SECONDS = 2.0


@dataclass(frozen=True)
class Show:
    """Who goes on air, with what, and for how long."""

    email: str
    name: str
    title: str
    topic: str
    goal_title: str
    goal_cents: int
    seconds: float = 50 * 60
    chat_seconds: tuple[float, float] = (60.0, 150.0)

    def announcement(self) -> dict[str, Any]:
        """The stream as the API takes it."""
        return {
            "title": f"{self.title} · {AUTOMATED}",
            "topic": self.topic,
            "language": "en",
            "access": "public",
            "goal_title": self.goal_title,
            "goal_cents": self.goal_cents,
        }


class Broadcaster:
    """One automated reader who is on air whenever the product is there."""

    def __init__(self, show: Show, base: str, password: str) -> None:
        self._show = show
        self._api = Api(base, show.email, password)
        self._samples = voice_samples(lines.ON_AIR_SPOKEN)
        self._made, self._is_known = "", False

    async def live(self) -> None:
        """One stream after the other until cancelled; product and engine may restart."""
        failures = 0
        while True:
            try:
                if not self._is_known:
                    await self._api.sign_in()
                    self._is_known = True
                await self._hold(await self._running() or await self._announced())
                failures = 0
            except SignInFailed as refused:
                log.warning("%s cannot sign in: %s", self._show.name, refused)
                failures = _FAILURES_MAX
            except (httpx.HTTPError, OSError, WebSocketException) as lost:
                log.info("%s is off air (%s), trying again", self._show.name, _words(lost))
                failures = min(failures + 1, _FAILURES_MAX)
            await asyncio.sleep(random.uniform(*_RETRY_SECONDS) * 2**failures)  # noqa: S311

    async def _running(self) -> str | None:
        """The stream of ours that is live still, from before a restart of ours."""
        me = await self._api.ask("GET", "/users/me/")
        found = await self._api.ask("GET", f"/streams/?state=live&host={me['id']}")
        return str(found["results"][0]["id"]) if found["results"] else None

    async def _announced(self) -> str:
        """A stream of ours that has begun; one that could not begin is tried again."""
        if not self._made:
            said = self._show.announcement()
            self._made = (await self._api.ask("POST", "/streams/", said, key=uuid4().hex))["id"]
        start = f"/streams/{self._made}/start/"
        try:
            await self._api.ask("POST", start, {}, key=uuid4().hex)
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code in _NOT_TO_BE_STARTED:
                self._made = ""
            raise
        begun, self._made = self._made, ""
        return begun

    async def _hold(self, stream_id: str) -> None:
        """Be on air in this stream until it is over, then end it."""
        on_air = OnAir(self._api, self._show, stream_id, self._samples)
        with suppress(TimeoutError):
            await asyncio.wait_for(on_air.until_over(), self._show.seconds)
        if not on_air.over:
            await self._api.ask("POST", f"/streams/{stream_id}/end/", {}, key=uuid4().hex)


class OnAir:
    """One stream from its host's side: the picture, the room's socket, the talk."""

    def __init__(self, api: Api, show: Show, stream_id: str, samples: Any) -> None:
        self._api, self._show, self._path = api, show, f"/streams/{stream_id}"
        self._room = f"streams/{stream_id}"
        self._samples = samples
        self._publication: Publication | None = None
        self._began = 0.0
        self._gifts: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._lines = cycle(lines.ON_AIR)
        self._greeted: set[str] = set()
        self.over = self._is_missed = False

    async def until_over(self) -> None:
        """Return when the room says that it is over.

        The picture goes on while the product restarts: the engine needs it not.
        :raises httpx.HTTPError: the product refuses, or stays away; so is OSError then.
        """
        picture = asyncio.create_task(self._send_picture())
        failures = 0
        try:
            while not self.over:
                try:
                    await self._visit()
                    failures = 0
                except (httpx.TransportError, OSError, WebSocketException):
                    failures += 1
                    if failures >= _VISITS_MAX:
                        raise
                await asyncio.sleep(random.uniform(*_RETRY_SECONDS))  # noqa: S311
        finally:
            picture.cancel()
            with suppress(asyncio.CancelledError):
                await picture

    async def _visit(self) -> None:
        async with opened(self._api, self._room) as socket:
            jobs = [self._beat(socket), self._talk(socket), self._thank(socket)]
            tasks = [asyncio.create_task(job) for job in jobs]
            try:
                async for kind, frame in socket.frames():
                    await self._hear(socket, kind, frame)
                    if self.over:
                        return
            finally:
                for task in tasks:
                    task.cancel()

    async def _hear(self, socket: Socket, kind: str, frame: Frame) -> None:
        match kind:
            case "stream-snapshot":
                log.info("%s is on air, %d watch", self._show.name, frame["viewers"])
            case "stream-ended":
                self.over = True
            case "stream-state":
                self._is_missed = frame["host"] == "away"
            case "gift":
                self._gifts.put_nowait((frame["sender_name"], frame["gift"]["name"]))
            case "hand-raised" if frame["raised"] and frame["name"] not in self._greeted:
                self._greeted.add(frame["name"])
                await self._say(socket, lines.NO_HANDS.format(name=frame["name"]))

    # ── What runs while the room is open ────────────────────────────────────────────────────

    async def _send_picture(self) -> None:
        while True:
            tracks = [Sky(self._show.name), Voice(self._samples)]
            try:
                await self._publish(tracks)
            except Exception as failed:  # noqa: BLE001  (one failure must not be the last try)
                log.info("%s has no engine (%s), trying again", self._show.name, _words(failed))
            finally:
                for track in tracks:
                    track.stop()
            await asyncio.sleep(random.uniform(*_RETRY_SECONDS))  # noqa: S311

    async def _publish(self, tracks: Sequence[MediaStreamTrack]) -> None:
        grant = await self._api.ask("POST", f"{self._path}/token/", {})
        self._publication = Publication(tracks, grant.get("ice_servers", ()))
        try:
            await self._publication.begin(grant["url"], grant["token"])
            self._began = time.monotonic()
            await self._publication.last()
        finally:
            await asyncio.shield(self._publication.close())

    async def _beat(self, socket: Socket) -> None:
        while True:
            if self._publication:
                fps = {"fps": Sky.frames_per_second}
                await socket.send("heartbeat", await self._publication.health() | fps)
                # An engine that was killed is noticed by the server before our own connection.
                if self._is_missed and time.monotonic() - self._began > _SETTLING_SECONDS:
                    await self._publication.close()
            await asyncio.sleep(BEAT_SECONDS)

    async def _talk(self, socket: Socket) -> None:
        await asyncio.sleep(_FIRST_WORDS_SECONDS)
        for line in self._lines:
            await self._say(socket, line)
            await asyncio.sleep(random.uniform(*self._show.chat_seconds))  # noqa: S311

    async def _thank(self, socket: Socket) -> None:
        """One line for all gifts of a moment: a combo is thanked once."""
        while True:
            given = [await self._gifts.get()]
            await asyncio.sleep(_THANKS_TOGETHER_SECONDS)
            while not self._gifts.empty():
                given.append(self._gifts.get_nowait())
            await self._say(socket, lines.thanks(given))

    async def _say(self, socket: Socket, text: str) -> None:
        await socket.send("stream-chat", {"key": uuid4().hex, "text": text[: lines.CHARS_MAX]})


def _words(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.response.status_code} from {error.request.url.path}"
    return type(error).__name__

"""One connection to Redis for a whole event loop: RESP3, pipelined, pushed messages beside.

A process that holds sockets says and asks everything over this one connection: it subscribes,
publishes, stamps beats. Commands of one turn of the loop leave in one write; answers come in
order. hiredis parses, so a message costs a few microseconds rather than a hundred.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final, cast

import hiredis
from redis.connection import SSLConnection, UnixDomainSocketConnection, parse_url

from backend.realtime.corks import cork

BACKLOG_BYTES_MAX: Final = 4 * 1024 * 1024
_CONNECT_SECONDS: Final = 5.0
_NOT_YET: Final = object()
Arg = bytes | str | int | float


class WireLost(ConnectionError):
    """The connection to Redis went away before the answer came."""


class Wire(asyncio.Protocol):
    """Created by ``connect``. ``lost`` is done when the connection is gone."""

    def __init__(self, on_push: Callable[[list[Any]], None]) -> None:
        self._on_push = on_push
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_NOT_YET)
        self._asked: deque[asyncio.Future[Any] | None] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._full = False
        self.lost: asyncio.Future[None] = self._loop.create_future()

    def tell(self, *command: Arg) -> bool:
        """Send a command whose answer nobody needs; False when it could not be sent."""
        if self._full or self.lost.done():
            return False
        self._queue(command, None)
        return True

    async def ask(self, *command: Arg) -> Any:
        """Send a command and wait for its answer.

        :raises WireLost: the connection is gone, so nobody knows whether it was done.
        :raises hiredis.ReplyError: Redis refused it.
        """
        if self.lost.done():
            raise WireLost("no connection to Redis")
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._queue(command, answer)
        return await answer

    def push_only(self, *command: Arg) -> None:
        """Send SUBSCRIBE or UNSUBSCRIBE, which are answered by pushed messages alone."""
        if not self.lost.done():
            self._write(_packed(command))

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _queue(self, command: tuple[Arg, ...], answer: asyncio.Future[Any] | None) -> None:
        self._asked.append(answer)
        self._write(_packed(command))

    def _write(self, packed: bytes) -> None:
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(packed)

    def _flush(self) -> None:
        packed, self._unsent = b"".join(self._unsent), []
        if self._transport is not None and not self.lost.done():
            self._transport.write(packed)

    # What the event loop calls.
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=BACKLOG_BYTES_MAX)

    def data_received(self, received: bytes) -> None:
        self._reader.feed(received)
        corked = cork.put_in()
        try:
            while (reply := self._reader.gets()) is not _NOT_YET:
                if type(reply) is hiredis.PushNotification:
                    self._on_push(reply)
                else:
                    self._answer(reply)
        except hiredis.ProtocolError:
            self.abort()
        finally:
            if corked:
                cork.pull()

    def _answer(self, reply: Any) -> None:
        answer = self._asked.popleft()
        if answer is None or answer.done():
            return
        if isinstance(reply, hiredis.ReplyError):
            answer.set_exception(reply)
        else:
            answer.set_result(reply)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
        for answer in self._asked:
            if answer is not None and not answer.done():
                answer.set_exception(WireLost("the connection to Redis was lost"))
        self._asked.clear()


def _packed(command: tuple[Arg, ...]) -> bytes:
    # hiredis' stub allows tuples of one only.
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type]
    return packed


async def connect(url: str, on_push: Callable[[list[Any]], None]) -> Wire:
    """Open a wire to the server of a redis-py URL (tcp, TLS or a unix socket).

    :raises OSError: nobody answers there within five seconds, or it refused us.
    """
    where = dict(parse_url(url))
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            if where.get("connection_class") is UnixDomainSocketConnection:
                _, wire = await loop.create_unix_connection(lambda: Wire(on_push), where["path"])
            else:
                _, wire = await loop.create_connection(
                    lambda: Wire(on_push),
                    where.get("host", "localhost"),
                    where.get("port", 6379),
                    ssl=where.get("connection_class") is SSLConnection or None,
                )
            await _introduce(wire, where)
    except TimeoutError as error:
        raise WireLost("Redis does not answer") from error
    except hiredis.ReplyError as error:
        wire.abort()
        raise WireLost(f"Redis refused us: {error}") from error
    return wire


async def _introduce(wire: Wire, where: dict[str, Any]) -> None:
    hello: list[Arg] = ["HELLO", 3]
    if where.get("password"):
        hello += ["AUTH", where.get("username") or "default", where["password"]]
    await wire.ask(*hello, "SETNAME", "sockets")
    if where.get("db"):
        await wire.ask("SELECT", where["db"])

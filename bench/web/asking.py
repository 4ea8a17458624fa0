"""A small load generator over kept connections, so that the asking costs little itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

ANSWER_SECONDS_MAX: Final = 30
Question = Callable[[int], str]


class Answered(NamedTuple):
    """What came back. ``latencies_ms`` in the order of the answers."""

    per_second: float
    latencies_ms: list[float]

    @property
    def p95_ms(self) -> float:
        return sorted(self.latencies_ms)[int(len(self.latencies_ms) * 0.95)]


def flat_out(port: int, question: Question, *, seconds: float, at_once: int) -> Answered:
    """Ask as fast as answers come, on ``at_once`` connections."""
    return asyncio.run(_flat_out(port, question, seconds, at_once))


def at_rate(port: int, question: Question, *, seconds: float, per_second: float) -> Answered:
    """Ask ``per_second`` times, come what may; waiting for a free connection counts as latency."""
    return asyncio.run(_at_rate(port, question, seconds, per_second))


def one_by_one(port: int, paths: Sequence[str], *, headers: str = "") -> list[float]:
    """Ask for each path in turn on one connection; the milliseconds of each.

    :param headers: more lines of each request, each with its line's end.
    """
    return asyncio.run(_one_by_one(port, paths, headers))


class _Line:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> _Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, path: str, headers: str = "") -> None:
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            head = await self.reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path} was answered {head.splitlines()[0]!r}")
            _, _, rest = head.lower().partition(b"content-length:")
            await self.reader.readexactly(int(rest.split(b"\r\n", 1)[0]))


async def _flat_out(port: int, question: Question, seconds: float, at_once: int) -> Answered:
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def keep_asking(number: int) -> None:
        line, asked = await _Line.open(port), number
        while (begun := time.perf_counter()) < until:
            await line.ask(question(asked))
            latencies.append((time.perf_counter() - begun) * 1_000)
            asked += at_once
        line.writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(keep_asking(number) for number in range(at_once)))
    return Answered(len(latencies) / (time.perf_counter() - started), latencies)


async def _one_by_one(port: int, paths: Sequence[str], headers: str) -> list[float]:
    line, latencies = await _Line.open(port), []
    for path in paths:
        begun = time.perf_counter()
        await line.ask(path, headers)
        latencies.append((time.perf_counter() - begun) * 1_000)
    line.writer.close()
    return latencies


async def _at_rate(port: int, question: Question, seconds: float, per_second: float) -> Answered:
    latencies: list[float] = []
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(32):
        free.put_nowait(await _Line.open(port))

    async def ask(number: int, due: float) -> None:
        line = await free.get()
        await line.ask(question(number))
        latencies.append((time.perf_counter() - due) * 1_000)
        free.put_nowait(line)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * per_second)):
            due = started + number / per_second
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(ask(number, due))
    taken = time.perf_counter() - started
    while not free.empty():
        free.get_nowait().writer.close()
    return Answered(len(latencies) / taken, latencies)

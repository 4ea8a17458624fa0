"""What clients do with readers: ring, talk, hang up; and complain afterwards."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from uuid import uuid4

from tests.worst_day.asking import OK, Answer
from tests.worst_day.chronicle import now
from tests.worst_day.client import Client
from tests.worst_day.day import ReaderNow
from tests.worst_day.model import price
from tests.worst_day.readers import KINDS
from tests.worst_day.rooms import LIVE, Seat

SURELY_FREE_SECONDS: Final = 8.0
_RINGS_SECONDS: Final = 40
_NOT_THERE: Final = {"reader_busy", "reader_offline"}
_LINES: Final = ("Will it rain?", "And after that?", "Should I go?", "Thank you.")


async def take_a_reading(client: Client) -> None:
    """Ring a reader; when they accept, talk for a while."""
    day, rng = client.day, client.rng
    reader = rng.choice(sorted(day.readers.values(), key=lambda one: one.person.id))
    kind = rng.choice(KINDS)
    wallet = await client.balance()
    if not wallet:
        return
    was_free = _surely_free(client, reader)
    reader.wanted_by.add(client.person.id)
    try:
        key = f"ring-{uuid4().hex}"
        asked = {"reader_id": reader.person.id, "kind": kind}
        answer = await client.caller.ask("POST", "/sessions/", asked, key)
        allowed = _foreseen(client, reader, kind, wallet, answer)
        if was_free and len(reader.wanted_by) == 1 and day.is_calm and not answer.lost:
            allowed -= _NOT_THERE
        day.judge(f"ring ({kind})", answer, allowed, client.name, reader.person.name, key)
        if answer.ok:
            await _hold(client, answer.body)
    finally:
        reader.wanted_by.discard(client.person.id)


def _surely_free(client: Client, reader: ReaderNow) -> bool:
    free = reader.free_since is not None and now() - reader.free_since > SURELY_FREE_SECONDS
    return free and not reader.wanted_by and client.day.is_calm


def _foreseen(
    client: Client, reader: ReaderNow, kind: str, wallet: dict[str, Any], answer: Answer
) -> set[str]:
    rate = reader.person.rates[kind]
    if rate is None:
        return {"kind_not_offered"} | client.may_be_refused()
    low = int(wallet["spendable_cents"])
    needed = price(
        seconds=int(client.day.product.environment["MIN_START_SECONDS"]), rate_cents=rate
    )
    high = low + client.may_still_come()
    return client.foresee(answer, needed=needed, low=low, high=high) | _NOT_THERE


async def _hold(client: Client, session: dict[str, Any]) -> None:
    """Wait for the answer, sit in the room, read the receipt."""
    day, rng = client.day, client.rng
    reading = day.reading(session, client.person.id)
    client.book.ended.append(reading.id)
    state = await _until_answered(client, reading.id)
    if state not in LIVE:
        day.count("a ring comes to", state)
        return
    stays = rng.uniform(*day.plan.talk_s)
    seat = Seat(day, client.caller, reading, "client", stays_s=stays)
    talk = asyncio.create_task(_talk(client, seat))
    try:
        await seat.sit()
    finally:
        talk.cancel()
    await _read_receipt(client, reading.id)


async def _until_answered(client: Client, session_id: str) -> str:
    """The state that the ring came to; now and then the client calls it off."""
    path = f"/sessions/{session_id}/"
    gives_up = client.rng.random() < 0.06
    for second in range(_RINGS_SECONDS):
        answer = await client.caller.ask("GET", path)
        if answer.ok and answer.body["state"] != "requested":
            return str(answer.body["state"])
        if gives_up and second == 1:
            said = await client.caller.ask("POST", f"{path}cancel/", {}, f"cancel-{session_id}")
            allowed = {OK, "illegal_move"}
            client.day.judge("call off", said, allowed, client.name, session_id)
        await asyncio.sleep(1)
    what = f"{session_id} rings for {_RINGS_SECONDS} s"
    if client.day.is_calm:
        client.day.chronicle.find("a ring ends", what, client.name, session_id)
    return "requested"


async def _talk(client: Client, seat: Seat) -> None:
    """A few lines of chat; now and then another ring meanwhile, which must be refused."""
    rng, day = client.rng, client.day
    for line in rng.sample(_LINES, rng.randint(0, 3)):
        await asyncio.sleep(rng.uniform(2, 6))
        await seat.say(line)
    if rng.random() < 0.1:
        await asyncio.sleep(rng.uniform(1, 3))
        reader = rng.choice(sorted(day.readers.values(), key=lambda one: one.person.id))
        asked = {"reader_id": reader.person.id, "kind": "chat"}
        key = f"second-{uuid4().hex}"
        answer = await client.caller.ask("POST", "/sessions/", asked, key)
        # If it was over just before, this is a first one: it is called off again.
        allowed = {"already_in_a_reading"} | client.may_be_refused()
        if answer.ok:
            await client.caller.ask(
                "POST", f"/sessions/{answer.body['id']}/cancel/", {}, f"cancel-{key}"
            )
            allowed.add(OK)
            client.book.ended.append(str(answer.body["id"]))
            day.reading(answer.body, client.person.id)
        day.judge("ring meanwhile", answer, allowed, client.name, key)


async def _read_receipt(client: Client, session_id: str) -> None:
    answer = await client.caller.ask("GET", f"/sessions/{session_id}/receipt/")
    client.day.judge("read the receipt", answer, {OK}, client.name, session_id)
    if not answer.ok:
        return
    billed, total = answer.body["billed_seconds"], answer.body["total_cents"]
    rate = answer.body["session"]["rate_per_minute_cents"]
    ended = answer.body["session"]["state"] not in LIVE
    if ended and total != price(seconds=billed, rate_cents=rate):
        what = f"{billed} s at {rate} cost {total}"
        client.day.chronicle.find("a reading costs its seconds", what, client.name, session_id)
    if sum(line["cents"] for line in answer.body["lines"]) != total:
        what = f"its lines do not add up to {total}"
        client.day.chronicle.find("a receipt adds up", what, client.name, session_id)


async def dispute(client: Client) -> None:
    """Say that a reading went wrong: once, and then once more, which is refused."""
    book, day = client.book, client.day
    fresh = [one for one in book.ended if one not in book.disputed]
    if not fresh:
        return
    session_id = client.rng.choice(fresh)
    receipt = await client.caller.ask("GET", f"/sessions/{session_id}/receipt/")
    if not receipt.ok or receipt.body["session"]["state"] in LIVE:
        return
    nothing = receipt.body["total_cents"] == 0
    said = {"reason_code": "connection", "text": "The line was bad."}
    key, path = f"case-{uuid4().hex}", f"/sessions/{session_id}/dispute/"
    answer = await client.caller.ask("POST", path, said, key, session_id)
    allowed = {"nothing_to_dispute"} if nothing else {OK, "dispute_window_closed"}
    if answer.code == "nothing_to_dispute" and await _is_given_back(client, session_id):
        allowed.add(answer.code)
    allowed |= client.may_be_refused()
    day.judge("open a case", answer, allowed, client.name, session_id)
    if answer.ok:
        book.disputed.add(session_id)
        again = await client.caller.ask("POST", path, said, f"{key}-2", session_id)
        refused = {"already_disputed", "nothing_to_dispute"}
        day.judge("open a case twice", again, refused, client.name, session_id)


async def _is_given_back(client: Client, session_id: str) -> bool:
    """Whether a proven fault gave all of it back already."""
    receipt = await client.caller.ask("GET", f"/sessions/{session_id}/receipt/")
    return receipt.ok and receipt.body["refunded_cents"] >= receipt.body["total_cents"]

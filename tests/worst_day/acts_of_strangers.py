"""What must be refused, and what must be shown: other people's readings, one's own wallet."""

from __future__ import annotations

from uuid import uuid4

from tests.worst_day.client import Client


async def try_what_is_forbidden(client: Client) -> None:
    """Somebody else's reading, a cap that is too low, a key for another wish."""
    rng, day = client.rng, client.day
    others = [one for one in day.readings.values() if one.client != client.person.id]
    if others and rng.random() < 0.6:
        other = rng.choice(others)
        word = rng.choice(["end", "cancel", "dispute"])
        said = {"reason_code": "other", "text": "Mine."} if word == "dispute" else {}
        path = f"/sessions/{other.id}/{word}/"
        answer = await client.caller.ask("POST", path, said, uuid4().hex, other.id)
        day.judge(f"{word} another's reading", answer, {"not_found"}, client.name, other.id)
        return
    reader = rng.choice(sorted(day.readers.values(), key=lambda one: one.person.id))
    asked = {"reader_id": reader.person.id, "kind": "chat", "spend_cap_cents": 1}
    answer = await client.caller.ask("POST", "/sessions/", asked, uuid4().hex)
    allowed = {"cap_too_low", "reader_busy", "reader_offline"} | client.may_be_refused()
    if reader.person.rates["chat"] is None:
        allowed.add("kind_not_offered")
    day.judge("ring with a cap of a cent", answer, allowed, client.name)


async def look_around(client: Client) -> None:
    """The list of readers, one's own lines, and the wallet: never below zero."""
    rng, day = client.rng, client.day
    path = rng.choice(["/readers/", "/payments/transactions/", "/sessions/", "/streams/"])
    answer = await client.caller.ask("GET", path)
    day.judge(f"look at {path}", answer, {"ok"}, client.name)
    wallet = await client.balance()
    if any(wallet.get(name, 0) < 0 for name in ("cash_cents", "held_cents", "spendable_cents")):
        day.chronicle.find("no wallet is below zero", str(wallet), client.name)

"""What clients do with money: add it, give it, take it back, charge it back."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from uuid import uuid4

from tests.worst_day.asking import OK
from tests.worst_day.chronicle import now
from tests.worst_day.client import Client

GOOD, DECLINED, ASKS = "4242424242424242", "4000000000000002", "4000002500003155"
_DAY_SECONDS: Final = 86_400.0
_SETTLED_STREAM_SECONDS: Final = 3.0


async def top_up(client: Client) -> None:
    """Open the hosted page and pay there, or not; now and then twice, or with too little."""
    rng, book = client.rng, client.book
    cents = rng.choice([1_000, 2_000, 3_000, 5_000])
    key = f"topup-{uuid4().hex}"
    path = "/payments/topups/"
    if rng.random() < 0.06:
        answer = await client.caller.ask("POST", path, {"amount_cents": 100}, key)
        client.day.judge("top up too little", answer, {"amount_out_of_bounds"}, client.name, key)
        return
    answer = await client.caller.ask("POST", path, {"amount_cents": cents}, key)
    # A try that Stripe's failures made older than half an hour by a jump of the clock is over.
    allowed = {OK} if client.day.is_calm or not answer.lost else {OK, "illegal_move"}
    client.day.judge("top up", answer, allowed, client.name, key)
    if not answer.ok:
        return
    if rng.random() < 0.15:
        await _ask_twice(client, key, cents, str(answer.body["id"]))
    await _pay(client, answer.body, cents, key)
    if rng.random() < 0.3:
        await _wait_for_credit(client, str(answer.body["id"]), book)


async def _ask_twice(client: Client, key: str, cents: int, first_id: str) -> None:
    path = "/payments/topups/"
    again = await client.caller.ask("POST", path, {"amount_cents": cents}, key)
    client.day.judge("top up, same key", again, {OK}, client.name, key)
    if again.ok and again.body["id"] != first_id:
        what = f"the key {key} made {first_id} and {again.body['id']}"
        client.day.chronicle.find("one key makes one top-up", what, client.name, key)
    other = await client.caller.ask("POST", path, {"amount_cents": cents + 500}, key)
    client.day.judge(
        "top up, key of another amount", other, {"idempotency_key_reused"}, client.name, key
    )


async def _pay(client: Client, top_up: dict[str, Any], cents: int, key: str) -> None:
    """What the hosted page does. Whoever leaves it pays nothing."""
    rng = client.rng
    checkout = str(top_up["checkout_url"]).rsplit("/", 1)[-1]
    if not checkout or rng.random() < 0.06:
        client.day.count("leave the pay page", "done")
        return
    card = rng.choices([GOOD, DECLINED, ASKS], [82, 8, 10])[0]
    said = await client.day.stripe.post(f"/checkout/{checkout}/pay", json={"card": card})
    intent = said.json().get("payment_intent") or {}
    status = intent.get("status", f"refused ({said.status_code})")
    if status == "requires_action":
        approve = rng.random() < 0.7
        bank = await client.day.stripe.post(
            f"/intents/{intent['id']}/bank", json={"approve": approve}
        )
        intent = bank.json().get("payment_intent") or intent
        status = intent.get("status", "unknown")
    client.day.count("pay", str(status))
    client.day.chronicle.note(
        f"{client.name} pays {cents} by {intent.get('id')}: {status}", client.name, key
    )
    if status == "succeeded":
        client.book.paid[str(intent["id"])] = cents
        client.top_ups[str(top_up["id"])] = str(intent["id"])


async def _wait_for_credit(client: Client, top_up_id: str, book: Any) -> None:
    """What the page does after the payment: ask until the money is there."""
    payment = client.top_ups.get(top_up_id)
    for _ in range(15):
        if payment is None or client.day.over.is_set():
            return
        answer = await client.caller.ask("GET", f"/payments/topups/{top_up_id}/")
        if answer.ok and answer.body["status"] == "succeeded":
            book.credited.add(payment)
            return
        await client.rest(1.0)


async def give(client: Client) -> None:
    """One gift in a live stream, or three at the same moment; now and then one is sent again."""
    rng, day = client.rng, client.day
    if not day.streams:
        return
    host_id, stream_id = rng.choice(sorted(day.streams.items()))
    tray = await client.caller.ask("GET", "/gifts/")
    wallet = await client.balance()
    if not tray.ok or not wallet:
        return
    kind = rng.choice([one for one in tray.body if one["price_cents"] <= 1_000])
    times = 3 if rng.random() < 0.15 else 1
    begun = asyncio.get_running_loop().time()
    moved_before = day.stream_moved_at.get(host_id)
    wishes = [
        {"kind_id": kind["id"], "quote": kind["quote"], "gift_id": str(uuid4())}
        for _ in range(times)
    ]
    path = f"/streams/{stream_id}/gifts/"
    answers = await asyncio.gather(
        *(client.caller.ask("POST", path, wish, "", wish["gift_id"]) for wish in wishes)
    )
    steady = day.stream_moved_at.get(host_id) == moved_before
    steady = steady and begun - (moved_before or 0.0) > _SETTLED_STREAM_SECONDS
    price, low = int(kind["price_cents"]), int(wallet["cash_cents"])
    for wish, answer in zip(wishes, answers, strict=True):
        high = low + client.may_still_come()
        allowed = client.foresee(answer, needed=price, low=low - (times - 1) * price, high=high)
        if not steady or not day.is_calm or answer.lost:
            allowed |= {"stream_not_live", "price_changed"}
        day.judge("give", answer, allowed, client.name, wish["gift_id"])
        if answer.ok:
            client.book.gifts[wish["gift_id"]] = price
    if times > 1:
        _judge_a_burst(client, answers, price, low)
    if rng.random() < 0.15 and answers[0].ok:
        again = await client.caller.ask("POST", path, wishes[0], "", wishes[0]["gift_id"])
        day.judge("give, same gift", again, {OK}, client.name, wishes[0]["gift_id"])


def _judge_a_burst(client: Client, answers: Any, price: int, low: int) -> None:
    """Of gifts at one moment as many succeed as the wallet could pay (case 24)."""
    paid = sum(1 for answer in answers if answer.ok)
    refused = sum(1 for answer in answers if answer.code == "insufficient_funds")
    if paid + refused == len(answers) and client.may_still_come() == 0:
        could = min(len(answers), low // price)
        if paid != could:
            what = f"{paid} gifts of {price} were paid from {low}, not {could}"
            client.day.chronicle.find("a burst of gifts spends what is there", what, client.name)


async def withdraw(client: Client) -> None:
    """Unused money back to the cards; wants a fresh sign-in, and is granted once a day."""
    wallet = await client.balance()
    cash = int(wallet.get("cash_cents", 0))
    if cash < 100:
        return
    cents = client.rng.randint(1, max(1, cash // 2))
    await _sign_in_afresh(client)
    key, book = f"withdraw-{uuid4().hex}", client.book
    answer = await client.caller.ask("POST", "/payments/withdrawals/", {"amount_cents": cents}, key)
    allowed = client.may_be_refused() | {OK}
    if client.book.charged_back:
        allowed |= {"insufficient_funds", "forbidden"}
    if cents > book.certain_cents:
        allowed.add("insufficient_funds")
    if book.withdrew_at is not None and now() - book.withdrew_at < _DAY_SECONDS:
        allowed.discard(OK)
        allowed.add("one_withdrawal_a_day")
    client.day.judge("withdraw", answer, allowed, client.name, key)
    if answer.ok:
        book.withdrawn[str(answer.body["id"])] = cents
        book.withdrew_at = now()


async def _sign_in_afresh(client: Client) -> None:
    for _ in range(20):
        try:
            await client.caller.api.sign_in()
        except Exception as lost:  # noqa: BLE001  (the product may be away: again)
            client.day.chronicle.note(f"{client.name} cannot sign in: {lost!r}", client.name)
            await asyncio.sleep(1)
        else:
            return


async def charge_back(client: Client) -> None:
    """The card's owner disputes a payment; the bank decides in the night."""
    day, book = client.day, client.book
    open_to_it = [name for name in book.credited if name not in book.charged_back]
    if len(day.chargebacks) >= day.plan.chargebacks or not open_to_it or book.withdrawn:
        return
    payment = client.rng.choice(sorted(open_to_it))
    said = await day.stripe.post(f"/charges/{payment}/dispute", json={"reason": "fraudulent"})
    day.count("charge back", str(said.status_code))
    if said.is_success:
        cents = book.paid[payment]
        book.charged_back[payment] = cents
        day.chargebacks[str(said.json()["id"])] = (client.person.id, cents)
        day.chronicle.note(f"{client.name} charges {payment} back", client.name, payment)

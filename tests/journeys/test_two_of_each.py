"""Two of each process are one product, and one of each is enough."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from backend.accounts.models import User
from backend.core import clock
from backend.ledger import audit
from backend.ledger import selectors as ledger
from live.engine import internals
from live.models import ReadingSession
from readers import pricing
from tests import builders
from tests.journeys import pair
from tests.journeys.pair import Copy, Pair, Visitor
from tests.live.engine.peers import Peers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]
RATE_CENTS, PURSE_CENTS = 600, 2_000
Meet = Callable[[User], Any]


@dataclass(frozen=True)
class Way:
    """A grant of the product, as the engine's peers use one."""

    url: str
    token: str

    @classmethod
    def of(cls, grant: dict[str, str]) -> Way:
        return cls(grant["url"].rpartition("/wh")[0], grant["token"])

    def grant(self, *_: Any, **__: Any) -> str:
        return self.token


@pytest.fixture(scope="module")
def product(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two of each, as docker-compose.two.yml starts them."""
    with pair.running(tmp_path_factory.mktemp("pair")) as running:
        yield running


@pytest.fixture
async def peers() -> AsyncIterator[Peers]:
    internals.prepare(["127.0.0.1"])
    made = Peers()
    yield made
    await made.leave()


@pytest.fixture
async def meet() -> AsyncIterator[Meet]:
    """Somebody from outside, not signed in yet."""
    async with AsyncExitStack() as stack:

        def somebody(user: User) -> Visitor:
            visitor = Visitor(user)
            stack.push_async_callback(visitor.close)
            return visitor

        yield somebody


async def test_two_of_each_are_one_product_and_one_of_each_is_enough(
    product: Pair, rows: None, meet: Meet, peers: Peers
) -> None:
    at = clock.now()
    client_row = builders.a_client(at=at, cents=PURSE_CENTS)
    reader_row = builders.a_reader(at=at, rates=(RATE_CENTS, None, None), online=False).user
    host_row = builders.a_reader(at=at, online=False).user
    viewer_row = builders.a_client(at=at)
    client, reader, host, viewer = map(meet, (client_row, reader_row, host_row, viewer_row))
    await asyncio.gather(
        *(
            who.sign_in(product["web"][n % 2])
            for n, who in enumerate((client, reader, host, viewer))
        )
    )
    for web in product["web"]:
        page = await client.page(web, "/")
        assert (page.status_code, "SoulSeer" in page.text) == (200, True)

    session_id, _ = await asyncio.gather(
        _reading(product, client, reader), _stream(product, host, viewer, peers)
    )

    await sync_to_async(_assert_billed_once)(session_id, client_row, reader_row)


async def _reading(product: Pair, client: Visitor, reader: Visitor) -> str:
    """A reading over two copies of the sockets, of which one is killed, as is one of the rest."""
    (here, there), (one, other) = product["web"], product["sockets"]
    async with reader.room(here, one, "me") as console:
        await reader.ask(here, "PUT", "/readers/me/status/", {"chat": True})
        await console.hears("status", status="online")
        asked = {"reader_id": str(reader.user.pk), "kind": "chat"}
        session_id = str((await client.ask(there, "POST", "/sessions/", asked))["id"])
        await console.hears("incoming-request", session_id=session_id)
        await reader.ask(here, "POST", f"/sessions/{session_id}/accept/", {})
        name = f"sessions/{session_id}"
        async with client.room(there, other, name) as his:
            async with reader.room(here, one, name) as hers:
                await his.hears("session-state", state="active")
                await his.say("chat-message", key="k1", text="across the processes")
                await hers.hears("chat-message", text="across the processes")
                await hers.say("chat-message", key="k2", text="and back")
                await his.hears("chat-message", text="and back")
                for killed in (one, here, product["worker"][0]):
                    killed.kill()
                await hers.lost()
            async with reader.room(there, other, name) as hers:
                await his.say("chat-message", key="k3", text="still here")
                await hers.hears("chat-message", text="still here")
                await pair.until_asked(lambda: _is_charged(client, there, session_id))
                ended = await client.ask(there, "POST", f"/sessions/{session_id}/end/", {})
                assert ended["state"] == "ended"
                await hers.hears("session-ended")
    return session_id


async def _is_charged(client: Visitor, web: Copy, session_id: str) -> bool:
    seen = await client.ask(web, "GET", f"/sessions/{session_id}/")
    return int(seen["total_cents"]) > 0


async def _stream(product: Pair, host: Visitor, viewer: Visitor, peers: Peers) -> None:
    """A stream on one engine is found there, and after that one is killed on the other."""
    web = product["web"][1]
    stream_id = (await host.ask(web, "POST", "/streams/", {"title": "Two"}))["id"]
    grant = (await host.ask(web, "POST", f"/streams/{stream_id}/start/", {}))["grant"]
    first = next(copy for copy in product["live"] if grant["url"].startswith(copy.url))
    second = next(copy for copy in product["live"] if copy is not first)
    assert (await peers.host(Way.of(grant), stream_id)).status == 201  # type: ignore[arg-type]
    entry = (await viewer.ask(web, "POST", f"/streams/{stream_id}/join/", {}))["grant"]
    assert entry["url"].startswith(first.url)
    await (await peers.viewer(Way.of(entry), stream_id)).sees()  # type: ignore[arg-type]

    first.kill()

    async def elsewhere() -> bool:
        again = await host.ask(web, "POST", f"/streams/{stream_id}/token/", {})
        return bool(again["url"].startswith(second.url))

    await pair.until_asked(elsewhere)
    grant = await host.ask(web, "POST", f"/streams/{stream_id}/token/", {})
    assert (await peers.host(Way.of(grant), stream_id)).status == 201  # type: ignore[arg-type]
    entry = await viewer.ask(web, "POST", f"/streams/{stream_id}/token/", {})
    await (await peers.viewer(Way.of(entry), stream_id)).sees()  # type: ignore[arg-type]


def _assert_billed_once(session_id: str, client: User, reader: User) -> None:
    session = ReadingSession.objects.get(pk=session_id)
    captured = session.captured_cash_cents
    assert captured == pricing.price(seconds=session.billable_s, rate_cents=RATE_CENTS) > 0
    assert ledger.balance_of(client.pk).cash_cents == PURSE_CENTS - captured
    assert ledger.earnings_of(reader.pk).pending_cents == captured * 7 // 10
    assert audit.proofs(clock.now()) == []

"""How many requests a second a running stand-in answers: the peer that payouts are measured by.

    python -m backend.stripe_sandbox.rate http://127.0.0.1:8001 --requests 2000 --connections 8

Each request is a transfer of one dollar with its own idempotency key and metadata, over connections
that stay open: what a nightly run asks for, without anything of the run itself. Measured with 8
connections on a busy two-core machine: 1,050 transfers a second, the 12,000th as fast as the first,
at 0.5 ms of CPU each (600 a second with the machine three times overloaded). Measure it in the run
that you compare with.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from itertools import count
from urllib.parse import urlencode, urlsplit

import httpx

KEY = "sk_test_sandbox_rate"
CENTS = 100


def measure(base_url: str, *, requests: int = 2000, connections: int = 8) -> float:
    """Transfers a second. Makes an account and the money that it needs.

    :raises RuntimeError: the stand-in refused one.
    """
    with httpx.Client(base_url=base_url, trust_env=False, timeout=30) as http:
        http.post("/_sandbox/balance/add", json={"amount": requests * CENTS}).raise_for_status()
        reader = _reader(http)
    return asyncio.run(_run(base_url, reader, requests, connections))


def _reader(http: httpx.Client) -> str:
    made = http.post(
        "/v1/accounts",
        data={"type": "express", "capabilities[transfers][requested]": "true"},
        headers={"Authorization": f"Bearer {KEY}"},
    )
    account = str(made.raise_for_status().json()["id"])
    http.post(f"/_sandbox/accounts/{account}/onboard", json={"complete": True}).raise_for_status()
    return account


async def _run(base_url: str, reader: str, requests: int, connections: int) -> float:
    run, numbers = str(time.time_ns()), count()
    started = time.perf_counter()
    loads = (_load(base_url, reader, run, numbers, requests) for _ in range(connections))
    await asyncio.gather(*loads)
    return requests / (time.perf_counter() - started)


async def _load(base_url: str, reader: str, run: str, numbers: count[int], requests: int) -> None:
    host = urlsplit(base_url)
    incoming, outgoing = await asyncio.open_connection(host.hostname, host.port)
    while (number := next(numbers)) < requests:
        outgoing.write(_request(host.netloc, reader, f"rate:{run}:{number}"))
        head = await incoming.readuntil(b"\r\n\r\n")
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        body = await incoming.readexactly(int(length))
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(body.decode())
    outgoing.close()
    await outgoing.wait_closed()


def _request(host: str, reader: str, key: str) -> bytes:
    asked = {
        "amount": CENTS,
        "currency": "usd",
        "destination": reader,
        "transfer_group": key,
        "metadata[payout_id]": key,
    }
    body = urlencode(asked).encode()
    head = (
        f"POST /v1/transfers HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {KEY}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="stripe_sandbox.rate")
    parser.add_argument("base_url")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    asked = parser.parse_args()
    rate = measure(asked.base_url, requests=asked.requests, connections=asked.connections)
    sys.stdout.write(f"{rate:.0f} transfers a second\n")


if __name__ == "__main__":
    main()

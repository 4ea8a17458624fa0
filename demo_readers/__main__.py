"""``python -m demo_readers --base http://localhost:8000 --password …``: the automated readers."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os

from demo_readers import people
from demo_readers.broadcast import Broadcaster, Show
from demo_readers.person import Character, Person

CHARACTERS = (
    Character("demo.ana@soulseer.test", "Ana Belmonte"),
    Character("demo.june@soulseer.test", "June Hallow", pause=(3.0, 4.0)),
    Character("demo.tomas@soulseer.test", "Tomás Reyes", accepts=False),
)
SHOW = Show(
    "demo.ilse@soulseer.test",
    "Ilse Marchetti",
    title="Moon over water",
    topic="astrology",
    goal_title="A telescope for the balcony",
    goal_cents=5_000,
)


async def evening(base: str, password: str) -> None:
    """Everybody at once, until stopped."""
    people_online = [Person(who, base, password).live() for who in CHARACTERS]
    await asyncio.gather(Broadcaster(SHOW, base, password).live(), *people_online)


def main() -> None:
    """Read the arguments and stay."""
    parser = argparse.ArgumentParser(prog="demo_readers", description=__doc__)
    parser.add_argument("--base", default=os.environ.get("SITE_URL", "http://localhost:8000"))
    parser.add_argument("--password", default=people.PASSWORD)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for chatty in ("httpx", "aioice", "aiortc"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(evening(asked.base, asked.password))


if __name__ == "__main__":
    main()

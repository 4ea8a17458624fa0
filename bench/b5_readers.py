"""B5: the reader list, requests per second of one worker and p95 at 80 % of that load.

The peer is a plain DRF ModelSerializer list of the same readers on the same server. Ours is
asked twice: as the home page asks (many ask the same within a second, which is answered once),
and with every question different, so that nothing is ever answered from memory.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Final

from bench import places
from bench.figures import Figure
from bench.web import asking, server

READERS: Final = 500
SECONDS: Final = 8.0
AT_ONCE: Final = 4
LOAD: Final = 0.8
P95_MS_MAX: Final = 200
LIST: Final = "/api/v1/readers/?limit=20"


def figures() -> list[Figure]:
    """Ours, ours without its memory, and the peer, each alone on the server."""
    with places.database("b5"):
        _seed()
        with server.serving("backend.config.wsgi:application") as port:
            ours, ours_p95 = _measure(port, lambda _: LIST)
            fresh, fresh_p95 = _measure(port, lambda number: f"{LIST}&min_rate={number % 10**6}")
        with server.serving("bench.web.plain:application") as port:
            plain, plain_p95 = _measure(port, lambda _: LIST)
    peer = "DRF ModelSerializer"
    return [
        Figure(
            "B5", "reader list", "req/s", ours, plain, peer, ">= 2 times", ours >= 2 * plain
        ),
        Figure(
            "B5", "reader list, each question new", "req/s", fresh, plain, peer,
            ">= 2 times", fresh >= 2 * plain,
        ),
        Figure(
            "B5", "p95 at 80 % load", "ms", ours_p95, plain_p95, peer,
            "< 200 ms", ours_p95 < P95_MS_MAX,
        ),
        Figure(
            "B5", "p95 at 80 % load, each question new", "ms", fresh_p95, plain_p95, peer,
            "< 200 ms", fresh_p95 < P95_MS_MAX,
        ),
    ]  # fmt: skip


def _measure(port: int, question: asking.Question) -> tuple[float, float]:
    """Requests per second flat out, and the p95 in ms at 80 % of that."""
    asking.flat_out(port, question, seconds=1, at_once=AT_ONCE)
    fastest = asking.flat_out(port, question, seconds=SECONDS, at_once=AT_ONCE).per_second
    calm = asking.at_rate(port, question, seconds=SECONDS, per_second=LOAD * fastest)
    return fastest, calm.p95_ms


def _seed() -> None:
    """Five hundred readers; every second one is online, every tenth busy."""
    from backend.accounts.models import Role, User
    from backend.core.ids import uuid7
    from backend.realtime import presence
    from readers.kinds import LANGUAGES, SPECIALTIES
    from readers.models import ReaderProfile

    chance = random.Random(5)
    now = datetime.now(UTC)
    users = [
        User(
            email=f"reader{n}@bench.test",
            display_name=f"Reader {n}",
            role=Role.READER,
            password="!",
        )
        for n in range(READERS)
    ]
    User.objects.bulk_create(users)
    ReaderProfile.objects.bulk_create(
        [
            ReaderProfile(
                user=user,
                slug=f"reader-{n}",
                headline=f"The cards know what you ask, number {n}",
                bio="Twenty years at the table. " * 20,
                specialties=chance.sample(sorted(SPECIALTIES), 3),
                languages=chance.sample(sorted(LANGUAGES), 2),
                years_experience=n % 30,
                portrait="moon",
                rate_chat_cents=100 + n,
                rate_voice_cents=200 + n,
                rate_video_cents=300 + n,
                wants_chat=True,
                wants_voice=True,
                rating_sum=4 * (n % 50),
                rating_count=n % 50,
                busy_session_id=uuid7() if n % 10 == 0 else None,
                published_at=now - timedelta(hours=n),
            )
            for n, user in enumerate(users)
        ]
    )
    # An hour ahead: present for as long as the bench runs.
    for user in users[::2]:
        presence.beat(user.pk, at=now + timedelta(hours=1))

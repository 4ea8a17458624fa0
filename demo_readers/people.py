"""Who is there after ``make run``: six readers, a client with money, an admin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DOMAIN: Final = "soulseer.test"
PASSWORD: Final = "moonrise-over-the-quay"  # noqa: S105  (printed by `make run`, DEMO=1 only)
CLIENT_CENTS: Final = 8_460


@dataclass(frozen=True)
class DemoReader:
    """One demo reader. ``rates`` are cents a minute for (chat, voice, video)."""

    key: str
    name: str
    headline: str
    bio: str
    specialties: list[str]
    languages: list[str]
    years: int
    rates: tuple[int | None, int | None, int | None]
    is_automated: bool = False
    reviews: list[tuple[int, str]] = field(default_factory=list)

    @property
    def email(self) -> str:
        return f"demo.{self.key}@{DOMAIN}"


_AUTOMATED = (
    "I am a demo reader: a program that answers so that you can try a reading from start to "
    "receipt. "
)
_AUTOMATED_ON_AIR = (
    "Demo reader (automated): a program that is on air all evening, so that you can watch a live "
    "stream, write in its chat and send a gift. It gives no readings."
)

READERS: Final = [
    DemoReader(
        key="ana",
        name="Ana Belmonte",
        headline="Tarot by moonlight, in plain words",
        bio=_AUTOMATED
        + "I say yes to every reading. In voice I hum, in video I show a moving sky with my name "
        "and the time, in chat I answer and echo a word of yours.",
        specialties=["tarot", "love", "career"],
        languages=["en", "es"],
        years=14,
        rates=(149, 299, 399),
        is_automated=True,
    ),
    DemoReader(
        key="june",
        name="June Hallow",
        headline="Runes and dreams, slowly",
        bio=_AUTOMATED + "I say yes to every reading, slowly. Ask me by chat about a dream.",
        specialties=["runes", "dreams"],
        languages=["en"],
        years=9,
        rates=(149, 249, 349),
        is_automated=True,
    ),
    DemoReader(
        key="tomas",
        name="Tomás Reyes",
        headline="Numbers that tell a story",
        bio=_AUTOMATED + "I always decline, so that you can see that a refusal costs nothing.",
        specialties=["numerology", "astrology"],
        languages=["en", "es", "pt"],
        years=6,
        rates=(99, 199, 299),
        is_automated=True,
    ),
    DemoReader(
        key="ilse",
        name="Ilse Marchetti",
        headline="Live from the balcony: moon, water, stars",
        bio=_AUTOMATED_ON_AIR,
        specialties=["astrology", "past-lives"],
        languages=["en", "it", "de"],
        years=21,
        rates=(199, 349, 449),
        is_automated=True,
    ),
    DemoReader(
        key="ravenna",
        name="Ravenna Okafor-Lindqvist",
        headline="Mediumship with both feet on the ground",
        bio="Thirty minutes with me are quiet ones. Bring one question and a glass of water.",
        specialties=["mediumship", "energy"],
        languages=["en", "da", "fr"],
        years=17,
        rates=(249, 449, 599),
    ),
    DemoReader(
        key="mirembe",
        name="Mirembe Achen",
        headline="Palms, and the animals we live with",
        bio="I read hands by video and the moods of cats by any means available.",
        specialties=["palmistry", "pets"],
        languages=["en", "fr"],
        years=5,
        rates=(99, None, 299),
    ),
]

"""Features that staff can switch off, for everybody or for some, without a new release.

Each is named here, in code, with the words that people read at a closed door; a name that is not
here is refused, so a misspelt flag cannot leave a door open. What staff switched is asked of the
database at most every few seconds.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from backend.accounts.models import FeatureSwitch, User
from backend.core.errors import Unavailable

log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 5
CACHE_KEY: Final = "feature-switches"


class UnknownFeature(LookupError):
    """Nobody registered a feature of that name."""


class FeatureOff(Unavailable):
    """Staff have switched this off for now; nothing was changed or charged."""

    code, title = "feature_off", "This is switched off for the moment"


@dataclass(frozen=True)
class Feature:
    """``what`` tells staff what closes; ``closed`` tells people at the closed door."""

    name: str
    title: str
    what: str
    closed: str


@dataclass(frozen=True)
class Setting:
    """How a feature is switched: for whom, or for nobody."""

    is_on: bool = True
    percent: int = 100
    roles: tuple[str, ...] = ()


REGISTRY: Final[dict[str, Feature]] = {
    feature.name: feature
    for feature in (
        Feature(
            "top_ups",
            "Adding money",
            "New top-ups. Money on its way still arrives, and balances can be spent.",
            "Adding money is paused for the moment. Your balance is untouched and can be spent.",
        ),
        Feature(
            "saved_cards",
            "Paying by a saved card",
            "New top-ups by a card that is kept. The hosted page stays open.",
            "Paying by a saved card is paused for the moment. Type the card in on the next page.",
        ),
        Feature(
            "auto_reload",
            "Auto-reload",
            "Wallets that fill themselves up. Those that would are skipped.",
            "Auto-reload is paused for the moment. Nothing was charged.",
        ),
        Feature(
            "readings",
            "New readings",
            "New requests for a reading. Running ones go on.",
            "New readings are paused for the moment. Nothing was charged.",
        ),
        Feature(
            "streams",
            "Going live",
            "New live rooms. Running ones go on to their end.",
            "Going live is paused for the moment. What you announced stays as it is.",
        ),
        Feature(
            "gifts",
            "Gifts",
            "Gifts in live rooms.",
            "Gifts are paused for the moment. Nothing was charged.",
        ),
    )
}
_AS_REGISTERED: Final = Setting()


def is_on(name: str, user: User | None = None) -> bool:
    """Whether a feature is open for ``user``; for nobody in particular: open for everybody.

    :raises UnknownFeature: it is not registered.
    """
    if name not in REGISTRY:
        raise UnknownFeature(name)
    now = _settings().get(name, _AS_REGISTERED)
    if not now.is_on:
        return False
    if user is None:
        return now.percent >= 100 and not now.roles
    if now.roles and user.role not in now.roles:
        return False
    return share_of(name, user) < now.percent


def demand(name: str, user: User | None = None) -> None:
    """Go on only if the feature is open for ``user``.

    :raises FeatureOff: it is not; in the words of the registry.
    :raises UnknownFeature: it is not registered.
    """
    if not is_on(name, user):
        raise FeatureOff(REGISTRY[name].closed, feature=name)


def share_of(name: str, user: User) -> int:
    """Where a person stands among a hundred: always the same place for the same feature."""
    return zlib.crc32(f"{name}:{user.pk}".encode()) % 100


def forget() -> None:
    """Ask the database at the next question."""
    try:
        cache.delete(CACHE_KEY)
    except RedisError:
        log.warning("features_not_forgotten")


def _settings() -> dict[str, Setting]:
    """Every switch by name. Redis may be away: then each question is a query."""
    try:
        kept: dict[str, Setting] | None = cache.get(CACHE_KEY)
        if kept is None:
            kept = _asked()
            cache.set(CACHE_KEY, kept, KEPT_SECONDS)
        return kept
    except RedisError:
        return _asked()


def _asked() -> dict[str, Setting]:
    return {
        row.name: Setting(row.is_on, row.percent, tuple(row.roles))
        for row in FeatureSwitch.objects.all()
    }

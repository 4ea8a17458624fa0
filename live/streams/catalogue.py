"""The gifts that every installation begins with. Admins change them; this only fills gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from django.apps import apps as current
from django.apps.registry import Apps
from django.conf import settings

from live.models import GiftKind

_A = GiftKind.Animation


class First(NamedTuple):
    """One gift as it is first offered. Its drawing is called like its ``code``."""

    code: str
    name: str
    price_cents: int
    animation: str
    grand: bool = False


CATALOGUE: Final = (
    First("candle", "Candle", 50, _A.DRIFT),
    First("feather", "Feather", 100, _A.DRIFT),
    First("rose", "Rose", 200, _A.BLOOM),
    First("tea", "Cup of tea", 300, _A.SHIMMER),
    First("moonflower", "Moonflower", 500, _A.BLOOM),
    First("the-star", "The Star", 800, _A.SHIMMER),
    First("crystal", "Crystal", 1_000, _A.SHIMMER),
    First("lantern", "Lantern", 1_500, _A.DRIFT),
    First("night-owl", "Night owl", 2_000, _A.CROSS),
    First("comet", "Comet", 3_000, _A.CROSS, grand=True),
    First("phoenix", "Phoenix", 5_000, _A.CROSS, grand=True),
    First("eclipse", "Eclipse", 10_000, _A.ECLIPSE, grand=True),
)


def drawings() -> list[str]:
    """The names of all drawings that a gift can have."""
    folder = Path(settings.BASE_DIR) / "frontend_templates" / "static" / "img" / "gifts"
    return sorted(drawing.stem for drawing in folder.glob("*.svg"))


def load(kinds: type[GiftKind] = GiftKind) -> int:
    """Put what is missing into the database; how many gifts that were. Changes nothing else."""
    known = set(kinds.objects.values_list("code", flat=True))
    missing = [
        kinds(
            code=gift.code,
            name=gift.name,
            price_cents=gift.price_cents,
            art=gift.code,
            animation=gift.animation,
            grand=gift.grand,
            position=place,
        )
        for place, gift in enumerate(CATALOGUE, start=1)
        if gift.code not in known
    ]
    kinds.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def load_after_migrate(apps: Apps = current, **signal: Any) -> None:
    """Every database has its gifts from the first ``migrate`` on, a test's after each flush.

    ``apps``: the models as of the migration that ran last; before gifts there is nothing to do.
    """
    try:
        kinds = apps.get_model("live", "GiftKind")
    except LookupError:
        return
    load(kinds)

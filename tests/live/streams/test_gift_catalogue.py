from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from xml.dom import minidom

import pytest
from django.conf import settings

from live.models import GiftKind
from live.streams import catalogue, quotes

DRAWINGS = Path(settings.BASE_DIR) / "frontend_templates" / "static" / "img" / "gifts"
_PASSIVE = {
    "svg", "defs", "g", "path", "circle", "ellipse", "rect", "stop", "clipPath",
    "linearGradient", "radialGradient",
}  # fmt: skip


@pytest.mark.django_db
def test_every_database_has_its_gifts_and_keeps_what_admins_changed() -> None:
    assert GiftKind.objects.count() >= len(catalogue.CATALOGUE)
    GiftKind.objects.filter(code="rose").update(price_cents=333, is_offered=False)
    GiftKind.objects.filter(code="candle").delete()

    assert catalogue.load() == 1

    rose = GiftKind.objects.get(code="rose")
    assert (rose.price_cents, rose.is_offered) == (333, False)
    assert GiftKind.objects.get(code="candle").price_cents == 50


@pytest.mark.django_db
def test_a_quote_holds_for_its_gift_and_its_time(at: datetime) -> None:
    rose, candle = (GiftKind.objects.get(code=code) for code in ("rose", "candle"))
    quote = quotes.of(rose, at=at)
    end = at + timedelta(seconds=settings.GIFT_QUOTE_SECONDS)

    assert quote.expires_at == end
    just_before = end - timedelta(seconds=1)
    assert quotes.price_in(quote.text, kind_id=rose.id, at=just_before) == 200
    assert quotes.price_in(quote.text, kind_id=rose.id, at=end) is None
    assert quotes.price_in(quote.text, kind_id=candle.id, at=at) is None
    assert quotes.price_in(quote.text[:-1], kind_id=rose.id, at=at) is None
    assert quotes.price_in("", kind_id=rose.id, at=at) is None


def test_every_gift_has_a_drawing_and_a_price_within_bounds() -> None:
    assert {gift.code for gift in catalogue.CATALOGUE} <= set(catalogue.drawings())
    prices = [gift.price_cents for gift in catalogue.CATALOGUE]
    assert prices == sorted(set(prices))
    assert (prices[0], prices[-1]) == (settings.GIFT_MIN_CENTS, settings.GIFT_MAX_CENTS)


@pytest.mark.parametrize("drawing", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_a_drawing_is_small_square_and_only_a_drawing(drawing: Path) -> None:
    svg = minidom.parse(str(drawing)).documentElement

    assert drawing.stat().st_size < 4_000
    assert svg.getAttribute("viewBox") == "0 0 64 64"
    for element in svg.getElementsByTagName("*"):
        assert element.tagName in _PASSIVE
        assert not any(
            name.startswith("on") or "href" in name for name, _ in element.attributes.items()
        )

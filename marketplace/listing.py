"""The list page's own work: one page of cards, and addresses that keep what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.exceptions import NotFound as BadCursor
from rest_framework.request import Request

from backend.core.pages import CursorPages
from marketplace import cards, selectors
from readers import selectors as readers
from readers.kinds import Kind
from readers.models import ReaderProfile

CARDS_A_PAGE: Final = 24


class CardPages(CursorPages):
    """24 cards, in the order the filters ask for."""

    page_size = CARDS_A_PAGE

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(queryset.query.order_by)


@dataclass(frozen=True)
class Page:
    """One page of the list. ``next_url`` is empty on the last one."""

    cards: list[cards.Card]
    count: int
    online_count: int
    next_url: str


def page(request: HttpRequest, asked: readers.Filters, *, now: datetime) -> Page:
    """The cards that match, from the cursor in the address on."""
    found: QuerySet[Any] = readers.listed(asked, now=now)
    rows, next_url = cut(CardPages(), found, request)
    return Page(
        cards=cards.cards(rows, favourites=selectors.favourite_ids(request.user), now=now),
        count=found.count(),
        online_count=found.filter(status="online").count(),
        next_url=next_url,
    )


def cut(pages: CursorPages, rows: Any, request: HttpRequest) -> tuple[list[Any], str]:
    """One page of any rows, and the address of the next; a spent cursor starts over."""
    asked = Request(request)
    try:
        found: list[ReaderProfile] = pages.paginate_queryset(rows, asked) or []
    except BadCursor:
        return list(rows[: pages.page_size]), ""
    link = pages.get_next_link()
    if not link:
        return found, ""
    parts = urlsplit(link)
    return found, f"{parts.path}?{parts.query}"


def toggled(sound: Mapping[str, Any], **changes: Any) -> str:
    """The address of the list with some filters changed; ``None`` takes a filter away."""
    asked = {**sound, **changes}
    query = {
        name: "1" if value is True else value
        for name, value in asked.items()
        if value not in (None, "", False)
    }
    return f"/readers/?{urlencode(query)}" if query else "/readers/"


def quick_pills(sound: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The filters most often wanted, as links, for narrow screens."""
    kind = sound.get("kind")
    pills = [
        ("Online now", "online", sound.get("online", False), True),
        *((word, "kind", kind == name, name) for name, word in Kind.choices),
        ("New", "new", sound.get("new", False), True),
    ]
    return [
        {
            "word": word,
            "is_on": is_on,
            "url": toggled(sound, **{name: None if is_on else value}),
        }
        for word, name, is_on, value in pills
    ]

"""Long lists of staff pages, page by page: the id of the last row is where the next one begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some rows, and the address of the older ones, or ``""``."""

    rows: list[Any]
    older: str


def page_of(request: HttpRequest, found: QuerySet[Any], *, per_page: int = PER_PAGE) -> Page:
    """One page of rows that are sorted by ``-id``; ``?before=<id>`` continues. Filters stay."""
    before = uuid_or_none(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: per_page + 1])
    if len(rows) <= per_page:
        return Page(rows, "")
    asked = request.GET.copy()
    asked["before"] = str(rows[per_page - 1].pk)
    return Page(rows[:per_page], f"{request.path}?{asked.urlencode()}")


def uuid_or_none(text: str) -> UUID | None:
    """The id that ``text`` spells, if it does."""
    try:
        return UUID(text)
    except ValueError:
        return None

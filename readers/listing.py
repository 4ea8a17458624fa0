"""The list door's own work: filters out of a query string, and one page of cards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from django.core.cache import caches
from rest_framework import serializers
from rest_framework.request import Request

from backend.core.pages import CursorPages
from readers import cards, selectors
from readers.kinds import LANGUAGES, SPECIALTIES, Kind
from readers.selectors import Filters

# The score tells the status: asking for both would send everybody who is here twice.
_COLUMNS: Final = tuple(name for name in cards.COLUMNS if name != "status")


class FilterInput(serializers.Serializer[None]):
    """The query string of the list. Rates in cents a minute."""

    kind = serializers.ChoiceField(Kind.choices, required=False)
    q = serializers.CharField(max_length=selectors.SEARCH_CHARS_MAX, required=False)
    language = serializers.ChoiceField(list(LANGUAGES.items()), required=False)
    specialty = serializers.ChoiceField(list(SPECIALTIES.items()), required=False)
    min_rate = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    max_rate = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    min_rating = serializers.FloatField(min_value=0, max_value=5, required=False)
    online = serializers.BooleanField(required=False)
    new = serializers.BooleanField(required=False)
    sort = serializers.ChoiceField(list(selectors.SORTS), required=False)


class _ReaderPages(CursorPages):
    """The order of the list is the order the client asked for."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(queryset.query.order_by)


def filters_from(query: Mapping[str, str]) -> Filters:
    """The filters of a query string; empty fields ask nothing.

    :raises rest_framework.exceptions.ValidationError: a value out of bounds or unknown.
    """
    asked = FilterInput(data={name: value for name, value in query.items() if value != ""})
    asked.is_valid(raise_exception=True)
    return Filters(**asked.validated_data)


def answer(request: Request, *, now: datetime) -> bytes:
    """One page of cards as JSON: ``{next, previous, results}``.

    The same question within a second gets the same answer, so that a crowd on the home page
    costs one query a second and process. Who is here is remembered as long, whatever is asked,
    so a status may be told two seconds late.
    :raises rest_framework.exceptions.ValidationError: a filter out of bounds or unknown.
    """
    question = hashlib.sha256(request.build_absolute_uri().encode()).hexdigest()
    known: bytes | None = caches["moment"].get(question)
    if known is None:
        known = orjson.dumps(_page(request, filters_from(request.query_params), now=now))
        caches["moment"].set(question, known)
    return known


def _page(request: Request, asked: Filters, *, now: datetime) -> dict[str, Any]:
    pages = _ReaderPages()
    found = selectors.listed(asked, now=now, present=_present(now))
    rows: Any = pages.paginate_queryset(found.values(*_COLUMNS), request)
    return {
        "next": pages.get_next_link(),
        "previous": pages.get_previous_link(),
        "results": [
            cards.card(row | {"status": selectors.status_at(row["score"])}) for row in rows or []
        ],
    }


def _present(now: datetime) -> str:
    """Who is here, as of at most a second ago: good enough to show, not to book."""
    known: str | None = caches["moment"].get("present")
    if known is None:
        known = selectors.here(now)
        caches["moment"].set("present", known)
    return known

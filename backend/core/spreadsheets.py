"""Tables for spreadsheets: plain numbers, and text that no program takes for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def text(words: str) -> str:
    """A cell of text. What would begin a formula is made harmless by an apostrophe.

    Whatever blanks stand before it: some programs take them away and look again.
    """
    begins = words.startswith(_FORMULAS) or words.lstrip().startswith(_FORMULAS)
    return f"'{words}" if begins else words


def amount(cents: int) -> str:
    """A cell of money: dollars with a point, and a plain minus that programs can read."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def download(name: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> HttpResponse:
    """A CSV file called ``name``, to be saved. Cells of people's words went through ``text``."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    table = csv.writer(response)
    table.writerow(heads)
    table.writerows(rows)
    return response

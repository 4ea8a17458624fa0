"""Cursor paging of every list: ``{next, previous, results}``, ``?limit=`` up to 100."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Newest first by id (UUIDv7 sorts by birth), stable while rows are added."""

    ordering = "-id"
    page_size = 20
    page_size_query_param = "limit"
    max_page_size = 100
    cursor_query_param = "cursor"

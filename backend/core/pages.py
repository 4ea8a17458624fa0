"""Cursor paging of every list: ``{next, previous, results}``, ``?limit=`` up to 100."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Newest first by id (UUIDv7 sorts by birth), stable while rows are added."""

    ordering = "-id"
    page_size = 20
    page_size_query_param = "limit"
    max_page_size = 100
    cursor_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """One page of rows.

        :raises rest_framework.exceptions.NotFound: the cursor is not one of this list.
        """
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as error:
            raise NotFound(self.invalid_cursor_message) from error

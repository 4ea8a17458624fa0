"""One page of the queue of cases."""

from __future__ import annotations

from typing import Any

from backend.core.pages import CursorPages


class CasePages(CursorPages):
    """What was promised an answer first comes first; of decided ones, the newest."""

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(queryset.query.order_by)

"""What every page of Django's admin shares: rows that are there to be looked at."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

ESTIMATED_FROM: Final = 50_000


class ReadOnly(ModelAdmin):
    """Rows that only the product's own services write; superusers change nothing either."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _Estimate(Paginator):
    """Pages of a table of millions: how many rows there are is the planner's estimate."""

    @cached_property
    def count(self) -> int:
        """All rows as of the last ANALYZE; exact where a filter leaves few, or none was made."""
        rows = self.object_list
        if isinstance(rows, QuerySet) and not rows.query.where:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                    [rows.model._meta.db_table],
                )
                estimate = int(cursor.fetchone()[0])
            if estimate > ESTIMATED_FROM:
                return estimate
        return super().count


class LongList(ModelAdmin):
    """A list that stays quick with a million rows: it counts none of them for its own sake."""

    paginator = _Estimate
    show_full_result_count = False
    list_per_page = 50

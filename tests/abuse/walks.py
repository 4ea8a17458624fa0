"""The routes that these tests walk, and who opens each the furthest."""

from __future__ import annotations

from typing import Final

from tests.house import admissions
from tests.house.routes import Route, all_routes

STAFF: Final = ("/staff/", "/django-admin/", "/api/v1/admin/", "/api/v1/diag")
# They ask every part of the product how it is, and wait for those that are not there.
SLOW: Final = ("/api/v1/diagnostics/", "/staff/diagnostics/")
ROWS_OF_ADMIN: Final = "/django-admin/"
ONE_MODEL: Final = "/django-admin/accounts/user/"


def walked() -> list[Route]:
    """Every route; of the rows in Django's admin one model, as they share one door."""
    return [
        route
        for route in all_routes()
        if not route.path.startswith(ROWS_OF_ADMIN)
        or route.path.startswith(ONE_MODEL)
        or route.path.count("/") <= ROWS_OF_ADMIN.count("/") + 1
    ]


def owner_of(route: Route) -> str:
    """Whom of the world's people a route lets in the furthest: client, reader or admin."""
    if route.path.startswith(STAFF):
        return "admin"
    return "reader" if route.path in admissions.READERS_OWN else "client"

"""Cursors that somebody made up."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest

from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("position", ["abc", "1", "\x00", "0193", "-1e400"])
@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/readers/",
        "/api/v1/readers/?sort=price",
        "/api/v1/readers/?sort=newest",
        "/api/v1/sessions/",
        "/api/v1/notifications/",
        "/api/v1/users/me/blocks/",
    ],
)
def test_a_cursor_that_no_list_gave_out_is_refused_or_finds_nothing_special(
    at: datetime, url: str, position: str
) -> None:
    api = builders.api(builders.a_client(at=at))
    cursor = base64.b64encode(f"p={position}".encode()).decode()
    answer = api.get(f"{url}{'&' if '?' in url else '?'}cursor={cursor}")
    assert answer.status_code in (200, 404)

from __future__ import annotations

from datetime import datetime

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.notifications import services
from backend.notifications.models import Notification

DOOR = "/api/v1/notifications/"


@pytest.fixture
def as_maya(maya: User) -> APIClient:
    api = APIClient()
    api.force_authenticate(maya)
    return api


def test_notices_come_newest_first_page_by_page(
    as_maya: APIClient, maya: User, at: datetime
) -> None:
    for number in range(3):
        services.notify(user_id=maya.pk, kind="account", title=str(number), at=at)

    first = as_maya.get(DOOR, {"limit": 2}).json()
    second = as_maya.get(first["next"]).json()

    assert [row["title"] for row in first["results"] + second["results"]] == ["2", "1", "0"]
    assert second["next"] is None


def test_one_sees_only_ones_own_and_may_ask_for_unread(
    as_maya: APIClient, told: Notification, otto: User, at: datetime
) -> None:
    services.notify(user_id=otto.pk, kind="account", title="Not hers", at=at)
    assert [row["id"] for row in as_maya.get(DOOR).json()["results"]] == [str(told.pk)]

    services.mark_read(user=told.user, at=at)
    assert as_maya.get(DOOR, {"unread": "true"}).json()["results"] == []


def test_marking_read_says_how_many_remain(
    as_maya: APIClient, told: Notification, otto: User, at: datetime
) -> None:
    other = services.notify(user_id=otto.pk, kind="account", title="Not hers", at=at)
    services.notify(user_id=told.user_id, kind="account", title="Second", at=at)

    some = as_maya.post(f"{DOOR}read/", {"ids": [str(told.pk), str(other.pk)]})
    assert (some.status_code, some.json()) == (200, {"unread": 1})
    other.refresh_from_db()
    assert other.read_at is None

    assert as_maya.post(f"{DOOR}read/", {}).json() == {"unread": 0}


@pytest.mark.parametrize(
    "ids", [["x"], "x", {"a": 1}, ["00000000-0000-0000-0000-000000000000"] * 101]
)
def test_bad_ids_are_refused_and_nothing_is_marked(
    as_maya: APIClient, told: Notification, ids: object
) -> None:
    answer = as_maya.post(f"{DOOR}read/", {"ids": ids})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    told.refresh_from_db()
    assert told.read_at is None

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.notifications import selectors, services, views
from backend.notifications.models import Notification


@pytest.fixture
def browser(maya: User) -> Client:
    browser = Client()
    browser.force_login(maya)
    return browser


def test_following_a_notice_marks_it_read_and_goes_there(
    browser: Client, told: Notification
) -> None:
    answer = browser.get(f"/notifications/{told.pk}/")

    assert answer.headers["Location"] == "/wallet/"
    assert selectors.unread_of(told.user_id) == 0


def test_somebody_elses_notice_is_not_there(told: Notification, otto: User) -> None:
    stranger = Client()
    stranger.force_login(otto)

    assert stranger.get(f"/notifications/{told.pk}/").status_code == 404
    assert selectors.unread_of(told.user_id) == 1


def test_the_list_goes_page_by_page_and_says_when_it_is_over(
    browser: Client, maya: User, at: datetime
) -> None:
    for number in range(views.PER_PAGE + 1):
        services.notify(user_id=maya.pk, kind="account", title=f"Notice {number:02}", at=at)

    first = browser.get("/notifications/")
    assert "Notice 24" in first.content.decode()
    assert "Notice 00" not in first.content.decode()
    second = browser.get("/notifications/" + first.context["older"])
    assert "Notice 00" in second.content.decode()
    assert second.context["older"] == ""
    assert browser.get("/notifications/?before=moon").status_code == 200


def test_titles_are_escaped(browser: Client, told: Notification) -> None:
    assert "&lt;to&gt;" in browser.get("/notifications/").content.decode()


def test_the_switches_are_kept(browser: Client, maya: User) -> None:
    browser.post("/notifications/preferences/", {"by_mail": ["favourite-online", "made-up"]})

    switched = {kind.slug: by_mail for kind, by_mail in selectors.wishes_of(maya)}
    assert [slug for slug, by_mail in switched.items() if by_mail] == ["favourite-online"]
    assert "reading-missed" not in switched, "that is for readers"


def test_all_are_marked_read_by_one_press(browser: Client, told: Notification) -> None:
    assert browser.get("/notifications/read/").status_code == 405
    browser.post("/notifications/read/")

    assert selectors.unread_of(told.user_id) == 0

"""The console tells a reader their own status, whatever order the answers come in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.people import Reader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(120)]
STATUS = "**/api/v1/readers/me/status/"


def test_an_answer_that_is_older_than_the_line_s_word_is_not_believed(reader: Reader) -> None:
    late: list[tuple[Route, Any]] = []
    reader.page.route(STATUS, lambda route: late.append((route, route.fetch())))
    status = reader.page.locator("[data-status]")
    reader.page.locator("[data-availability] input[name=chat]").click(force=True)
    reader.until(lambda: bool(late))  # the server has said "online"; the page has not heard it

    second_tab = reader.context.new_page()
    second_tab.goto("/console/")
    second_tab.locator('[data-all="off"]').click()
    expect(status).to_have_attribute("data-is", "offline")
    route, answer = late[0]
    with reader.page.expect_response("**/api/v1/readers/me/"):
        route.fulfill(response=answer)

    for kind in ("chat", "voice", "video"):
        expect(reader.page.locator(f"[data-availability] input[name={kind}]")).not_to_be_checked()
    expect(status).to_have_attribute("data-is", "offline")

"""Staff look at live rooms."""

from __future__ import annotations

import pytest
from django.test import Client

from live.streams.services import reports
from tests import builders
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db


def test_staff_look_and_change_nothing(live: Studio) -> None:
    staff = Client()
    staff.force_login(builders.an_admin())
    reports.send(
        by=live.viewer(),
        stream_id=live.stream.id,
        user_id=live.host.pk,
        reason="Asks for money outside",
        at=live.now,
    )
    for name in ("stream", "streammessage", "streamreport"):
        assert staff.get(f"/django-admin/live/{name}/").status_code == 200
        assert staff.get(f"/django-admin/live/{name}/add/").status_code == 403

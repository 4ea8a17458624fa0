from __future__ import annotations

from datetime import datetime

import pytest

from backend.notifications.models import Notification
from readers.models import ReaderProfile
from readers.services import availability
from tests import builders


@pytest.fixture
def reader(db: None, at: datetime) -> ReaderProfile:
    return builders.a_reader(at=at)


def test_a_missed_ring_leaves_a_notice_and_the_second_says_why_one_is_offline(
    reader: ReaderProfile, at: datetime
) -> None:
    availability.missed_ring(reader_id=reader.pk, at=at)
    availability.missed_ring(reader_id=reader.pk, at=at)

    second, first = Notification.objects.filter(user=reader.user).order_by("-id")
    assert first.kind == second.kind == "reading-missed"
    assert "Nothing was charged" in first.body
    assert "set you to offline" in second.body
    assert first.mail_due_at == at

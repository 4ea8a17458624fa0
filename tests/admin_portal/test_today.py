"""The overview and its twin in the API, over a house that has done something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from admin_portal import charts
from backend.core import clock, health
from backend.core.ids import uuid7
from backend.ledger import figures, movements
from backend.ledger.figures import Day
from backend.ledger.movements import Capture, Hold
from tests import builders
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db
STATS = "/api/v1/admin/stats/"


def _read(stage: Stage, at: datetime) -> None:
    """A minute for $3.99 between the two of the stage."""
    session = uuid7()
    movements.post_readings([Hold(session, 1, stage.client.pk, 0, 399)], at=at)
    step = Capture(session, stage.client.pk, stage.reader.pk, 60, 279, 120, 0, 399)
    movements.post_readings([step], at=at)


def test_the_figures_are_those_of_the_books(
    staff: Client, at: datetime, django_assert_max_num_queries: Any
) -> None:
    stage = Stage(at, cents=50_000)
    for ago in (40, 2, 0):
        _read(stage, at - timedelta(days=ago))
    movements.send_gift(
        gift_id=uuid4(),
        sender=stage.client,
        reader=stage.reader,
        price_cents=500,
        words="Rose",
        at=at,
    )
    stage.connect("chat")
    health.worker_is_alive()

    with clock.frozen(stage.now), django_assert_max_num_queries(40):
        said = staff.get(STATS).json()
    assert said["now"] == {
        "readings": 1, "paused": 0, "ringing": 0, "rooms": 0, "viewers": 0, "quarantined": 0,
    }  # fmt: skip
    assert said["money"]["volume_cents"] == 2 * 399 + 500
    assert said["money"]["take_cents"] == 2 * 120 + 150
    assert [len(said["days"]), said["days"][-1]["gifts_cents"]] == [
        30,
        500,
    ]
    assert said["proof"] == {
        "holds": True, "sum_cents": 0, "last_at": None, "last_findings": 0,
    }  # fmt: skip
    assert said["queues"]["waiting"] == {"billing": 0, "payments": 0, "default": 0}
    assert said["queues"]["heartbeat_s"] is not None

    with clock.frozen(stage.now):
        shown = staff.get("/staff/").content.decode()
    assert all(words in shown for words in ("$12.98", "$3.90", "They hold", "Show as table"))


def test_a_finding_and_a_waiting_thing_are_seen(staff: Client, at: datetime) -> None:
    figures.keep_audit(at=at, findings=["a pot is overdrawn: pot 7"])
    with clock.frozen(at):
        shown = staff.get("/staff/").content.decode()

    assert "They do not" in shown
    assert "pot 7" in shown
    assert "No worker was seen" in shown


def test_the_scale_is_round_and_the_bars_add_up(at: datetime) -> None:
    assert [charts.scale_top(cents) for cents in (0, 401, 500, 501, 123_456)] == [
        500, 500, 500, 1_000, 200_000,
    ]  # fmt: skip
    day = Day(at.date(), readings_cents=300, gifts_cents=200)
    chart = charts.stacked("What clients paid", [day], charts.VOLUME)

    assert [(bar.y, bar.height, bar.series) for bar in chart.bars] == [(80, 120, 1), (0, 80, 2)]
    assert chart.rows == [(day.day, [300, 200, 0])]


def test_nobody_else_sees_them(at: datetime) -> None:
    for person in (builders.a_client(at=at), builders.a_reader(at=at, online=False).user):
        assert builders.api(person).get(STATS).status_code == 403
    assert builders.api().get(STATS).status_code == 401

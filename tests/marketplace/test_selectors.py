from __future__ import annotations

from datetime import datetime

import pytest

from marketplace import selectors
from tests import builders
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db


def test_an_estimate_says_what_ten_minutes_cost_and_how_long_the_balance_lasts(
    at: datetime,
) -> None:
    reader = builders.a_reader(at=at, rates=(None, None, 399))

    [rich] = selectors.estimates(reader, 3_990)
    [poor] = selectors.estimates(reader, 1_196)
    [visitor] = selectors.estimates(reader, None)

    assert (rich.ten_minutes_cents, rich.affordable_s, rich.is_short) == (3_990, 600, False)
    assert (poor.start_cents, poor.is_short) == (1_197, True)
    assert (visitor.affordable_s, visitor.is_short) == (None, False)


def test_a_client_is_shown_the_readers_they_paid_each_once(stage: Stage) -> None:
    for _ in range(2):
        stage.connect("voice")
        stage.run(65)
        stage.hangup()
        stage.wait(60)

    [met] = selectors.met_by(stage.client, now=stage.now)

    assert (met.profile.pk, met.kind) == (stage.reader.pk, "voice")
    assert selectors.met_by(builders.a_client(at=stage.now), now=stage.now) == []


def test_only_clients_have_something_to_spend(at: datetime) -> None:
    assert selectors.spendable_of(builders.a_client(at=at, cents=2_500)) == 2_500
    assert selectors.spendable_of(builders.a_reader(at=at).user) is None
    assert selectors.spendable_of(None) is None

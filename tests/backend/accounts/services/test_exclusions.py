"""Shutting oneself out from spending."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts import exclusions
from backend.accounts.models import AuditEntry, Exclusion
from backend.accounts.services.exclusions import CannotBeShortened, begin
from backend.core.errors import InvalidInput
from backend.notifications import services as notifications
from tests import builders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_holds_until_its_end_and_is_kept_in_the_log(at: datetime) -> None:
    user = builders.a_client(at=at)
    begun = begin(user=user, days=1, at=at)

    with pytest.raises(exclusions.SelfExcluded) as refused:
        exclusions.refuse(user.pk, at=at + DAY - timedelta(seconds=1))
    assert refused.value.extra["until"] == begun.until.isoformat()
    exclusions.refuse(user.pk, at=at + DAY)
    assert AuditEntry.objects.get(act="exclusion.begin").actor_id == user.pk


def test_it_is_never_shortened_and_may_be_made_longer(at: datetime) -> None:
    user = builders.a_client(at=at)
    begin(user=user, days=30, at=at)
    for days in (1, 29):
        with pytest.raises(CannotBeShortened):
            begin(user=user, days=days, at=at)
    begin(user=user, days=90, at=at)
    begin(user=user, days=None, at=at)
    with pytest.raises(CannotBeShortened):
        begin(user=user, days=183, at=at)

    assert exclusions.current(user.pk, at=at + 4_000 * DAY).until is None
    assert Exclusion.objects.count() == 3


@pytest.mark.parametrize("days", [0, -1, 184])
def test_less_than_a_day_or_more_than_half_a_year_is_refused(at: datetime, days: int) -> None:
    with pytest.raises(InvalidInput):
        begin(user=builders.a_client(at=at), days=days, at=at)
    assert not Exclusion.objects.exists()


def test_nothing_invites_them_to_spend_but_money_news_arrive(at: datetime) -> None:
    user = builders.a_client(at=at)
    begin(user=user, days=7, at=at)
    say = {"user_id": user.pk, "title": "Ana is online"}

    assert notifications.notify(kind="favourite-online", at=at, **say) is None
    assert notifications.notify(kind="top-up-succeeded", at=at, **say) is not None
    assert notifications.notify(kind="favourite-online", at=at + 7 * DAY, **say) is not None

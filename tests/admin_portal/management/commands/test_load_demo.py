"""The people of a development copy, and what they announce."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import User
from backend.core import clock
from live.models import Stream
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demo(settings: Any) -> None:
    settings.DEMO = settings.DEBUG = True


def load(at: Any = NOON) -> tuple[int, int]:
    with clock.frozen(at):
        call_command("load_demo", stdout=StringIO())
    return User.objects.filter(is_demo=True).count(), Stream.objects.count()


@pytest.mark.usefixtures("_demo")
def test_loading_again_adds_nobody_and_announces_nothing_twice() -> None:
    people, streams = load()

    assert streams == (people - 2) // 2
    assert load() == (people, streams)
    assert not Stream.objects.exclude(scheduled_at__gt=NOON).exists()


@pytest.mark.usefixtures("_demo")
def test_an_evening_that_has_passed_moves_on() -> None:
    _, streams = load()
    later = NOON + timedelta(days=30)

    assert load(later)[1] == streams
    assert not Stream.objects.exclude(scheduled_at__gt=later).exists()


def test_production_has_no_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        load()

"""The people of a development copy, and what they announce."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.accounts import selectors
from backend.accounts.models import User
from backend.core import clock
from demo_readers.__main__ import CHARACTERS, SHOW
from live.models import Stream
from readers.models import ReaderProfile
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
def test_whoever_steps_in_as_a_demo_reader_shares_the_account_with_no_program() -> None:
    load()
    stepped_in = selectors.demo_person("reader")
    played = {one.email for one in (*CHARACTERS, SHOW)}

    assert stepped_in is not None
    assert stepped_in.email not in played
    assert (
        set(ReaderProfile.objects.filter(is_automated=True).values_list("user__email", flat=True))
        == played
    )


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

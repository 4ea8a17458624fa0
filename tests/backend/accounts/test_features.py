"""Features that staff can switch: what the registry does not know is refused."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from backend.accounts import features
from backend.accounts.features import Setting
from backend.accounts.models import AuditEntry, FeatureSwitch, User
from backend.accounts.services import features as switches
from backend.core.errors import Forbidden, InvalidInput, NotFound
from tests import builders
from tests.house import tree

OFF = Setting(is_on=False)


def switch(
    setting: Setting, at: datetime, *, name: str = "gifts", note: str = "Maintenance"
) -> None:
    switches.switch(name=name, setting=setting, note=note, by=builders.an_admin(), at=at)


def test_an_untouched_feature_is_open_and_an_unknown_one_an_error(maya: User) -> None:
    assert features.is_on("gifts", maya)
    assert features.is_on("gifts")
    with pytest.raises(features.UnknownFeature):
        features.is_on("gitfs", maya)


def test_switching_off_closes_the_door_with_its_words(
    maya: User, at: datetime, django_capture_on_commit_callbacks: object
) -> None:
    assert features.is_on("gifts", maya)  # kept for some seconds from here on
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        switch(OFF, at)

    with pytest.raises(features.FeatureOff, match="Gifts are paused for the moment"):
        features.demand("gifts", maya)
    assert features.is_on("streams", maya)
    line = AuditEntry.objects.get(act="feature.switch")
    assert (line.about, line.reason, line.facts["is_on"]) == ("feature:gifts", "Maintenance", False)


def test_a_feature_can_be_for_some_roles_or_a_share_of_people(maya: User, at: datetime) -> None:
    reader = builders.a_reader(at=at, online=False).user
    switch(Setting(roles=("reader",)), at)
    assert [features.is_on("gifts", each) for each in (maya, reader, None)] == [False, True, False]

    place = features.share_of("gifts", maya)
    features.forget()
    switch(Setting(percent=place), at)
    assert not features.is_on("gifts", maya)
    features.forget()
    switch(Setting(percent=place + 1), at)
    assert features.is_on("gifts", maya)


def test_a_bad_switch_changes_nothing(maya: User, at: datetime) -> None:
    for setting, name, note, refusal in [
        (OFF, "gitfs", "x", NotFound),
        (OFF, "gifts", " ", InvalidInput),
        (Setting(percent=101), "gifts", "x", InvalidInput),
        (Setting(roles=("owner",)), "gifts", "x", InvalidInput),
    ]:
        with pytest.raises(refusal):
            switch(setting, at, name=name, note=note)
    with pytest.raises(Forbidden):
        switches.switch(name="gifts", setting=OFF, note="x", by=maya, at=at)

    assert not FeatureSwitch.objects.exists()
    assert not AuditEntry.objects.exists()


def test_every_registered_feature_is_asked_about_somewhere() -> None:
    asked = {
        name
        for path in tree.python_files(tests=False)
        for name in re.findall(r'features\.(?:demand|is_on)\(\s*"(\w+)"', path.read_text())
    }

    assert asked == set(features.REGISTRY)

"""Privacy: every table that names a person is in the archive they may ask for, or says why not."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from backend.core import privacy
from tests.house import tree


def _ours_that_name_people() -> Iterator[str]:
    person = get_user_model()
    for config in apps.get_app_configs():
        if str(tree.ROOT) not in config.path or ".venv" in config.path:
            continue
        for model in config.get_models():
            keys = [f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey)]
            if any(key.related_model is person for key in keys):
                yield model._meta.label


def test_every_table_that_names_a_person_is_exported_or_says_why_not() -> None:
    unsaid = sorted(set(_ours_that_name_people()) - set(privacy.said_of()))

    assert unsaid == [], (
        "Name them in the app's privacy.py: tables=[…] of an @privacy.exports part, or leaves_out. "
        "Then see whether @privacy.erases has to change them too."
    )


def test_every_table_that_is_named_exists() -> None:
    known = {model._meta.label for model in apps.get_models()}

    assert sorted(set(privacy.said_of()) - known) == []


def test_the_rules_of_keeping_are_said_in_words() -> None:
    for rule in privacy.rules():
        assert rule.kept_words, rule.slug
        assert rule.why.endswith("."), rule.slug


def test_accounts_are_erased_last() -> None:
    assert list(privacy.erasers())[-1] == "accounts"

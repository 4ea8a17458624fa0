"""Privacy: what apps say about the rows they keep of a person makes sense."""

from __future__ import annotations

from django.apps import apps

from backend.core import privacy


def test_every_table_that_is_named_exists() -> None:
    known = {model._meta.label for model in apps.get_models()}

    assert sorted(set(privacy.said_of()) - known) == []


def test_the_rules_of_keeping_are_said_in_words() -> None:
    for rule in privacy.rules():
        assert rule.kept_words, rule.slug
        assert rule.why.endswith("."), rule.slug


def test_accounts_are_erased_last() -> None:
    assert list(privacy.erasers())[-1] == "accounts"

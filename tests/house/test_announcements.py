"""Announcements: who reacts to what, in one list that a reader of the code can trust."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from backend.core.announcements import Announcement, reactions
from tests.house import tree


def _declared() -> Iterator[type[Announcement]]:
    for config in apps.get_app_configs():
        if str(tree.ROOT) in config.path and find_spec(f"{config.name}.announcements"):
            import_module(f"{config.name}.announcements")
    yield from Announcement.__subclasses__()


def test_every_announcement_has_somebody_who_reacts() -> None:
    known = reactions()

    assert [kind.__name__ for kind in _declared() if not known.get(kind)] == []


def test_reactions_live_in_reactions() -> None:
    elsewhere = {
        f"{reaction.__module__}.{reaction.__name__}"
        for registered in reactions().values()
        for reaction in registered
        if not reaction.__module__.endswith(".reactions")
    }

    assert elsewhere == set()

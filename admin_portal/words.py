"""Where the things that staff talk about have their page."""

from __future__ import annotations

from typing import Final

from django.urls import NoReverseMatch, reverse

from admin_portal.cursors import uuid_or_none

# The kind in ``kind:id`` -> the route of its page, which takes the id alone.
PAGES: Final = {
    "user": "admin_portal:person",
    "session": "admin_portal:session",
    "dispute": "admin_portal:dispute",
}


def page_of_thing(about: str) -> str:
    """The address of the page about ``kind:id``, or ``""`` when there is none."""
    kind, _, ident = about.partition(":")
    key = uuid_or_none(ident)
    if kind not in PAGES or key is None:
        return ""
    try:
        return reverse(PAGES[kind], args=[key])
    except NoReverseMatch:
        return ""

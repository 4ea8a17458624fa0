"""Where the things that staff talk about have their page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from admin_portal.cursors import uuid_or_none
from payouts import staff_selectors as payouts

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
    return address_of(PAGES[kind], key)


def links_of_session(session_id: UUID) -> list[tuple[str, str]]:
    """Where else staff look at one reading: words and address."""
    case_id = payouts.dispute_about_session(session_id)
    case = address_of("admin_portal:dispute", case_id) if case_id else ""
    log = f"{reverse('admin_portal:audit')}?about=session:{session_id}"
    found = [("The dispute about it, with its evidence", case), ("Acts of staff about it", log)]
    return [(words, url) for words, url in found if url]


def address_of(name: str, *args: object) -> str:
    """The address of a route, or ``""`` when it takes no such thing."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

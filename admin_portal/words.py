"""Words of staff for what others read in longer ones, and where each thing has its page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from admin_portal.cursors import uuid_or_none
from payouts import staff_selectors as payouts
from payouts.earnings.words import Why

# The kind in ``kind:id`` -> the route of its page, which takes the id alone.
PAGES: Final = {
    "user": "admin_portal:person",
    "session": "admin_portal:session",
    "dispute": "admin_portal:dispute",
    "evidence": "admin_portal:dispute",
    "payout_run": "admin_portal:payout_run",
}
# What staff read for each code; readers read longer sentences about themselves.
_WHY_UNPAID: Final = {
    Why.FROZEN: "account frozen",
    Why.STOPPED: "stopped by staff or by a check",
    Why.NO_ACCOUNT: "no account at Stripe",
    Why.ENDED: "account at Stripe closed",
    Why.UNFINISHED: "onboarding unfinished",
    Why.ASKED: "Stripe asks for something",
    Why.CHECKING: "Stripe is checking",
    Why.REJECTED: "rejected by Stripe",
    Why.UNSUPPORTED: "country unsupported",
    Why.CURRENCY: "another currency",
    Why.HELD: "held after a change",
    Why.BELOW: "below their threshold",
    Why.SHORT: "our funds were short",
    Why.TRANSFER: "transfer not accepted",
}


def why_unpaid(code: str) -> str:
    """Why a reader was not paid, as staff read it."""
    return _WHY_UNPAID[Why(code)] if code in set(Why) else code


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

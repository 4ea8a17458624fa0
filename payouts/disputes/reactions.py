"""Both sides, and staff, are told what happens to a case."""

from __future__ import annotations

from backend.core.announcements import on
from payouts.announcements import DisputeAppealed, DisputeDecided, DisputeOpened
from payouts.disputes.services import notices


@on(DisputeOpened)
def tell_of_a_new_case(fact: DisputeOpened) -> None:
    """The client that it arrived, the reader what is frozen, staff that it waits."""
    notices.opened(dispute_id=fact.dispute_id, at=fact.at)


@on(DisputeDecided)
def tell_what_was_decided(fact: DisputeDecided) -> None:
    """Each side in its own words."""
    notices.decided(dispute_id=fact.dispute_id, n=fact.n, at=fact.at)


@on(DisputeAppealed)
def tell_of_the_appeal(fact: DisputeAppealed) -> None:
    """The other side, and staff."""
    notices.appealed(dispute_id=fact.dispute_id, at=fact.at)

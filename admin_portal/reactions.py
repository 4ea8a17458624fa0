"""What staff's own rows make of what the apps below announce."""

from __future__ import annotations

from admin_portal.evidence.services import cases
from backend.core.announcements import on
from payouts.announcements import (
    DisputeAppealed,
    DisputeDecided,
    DisputeOpened,
    StatementAdded,
)


@on(DisputeOpened)
def seal_the_evidence(fact: DisputeOpened) -> None:
    """A case opens: all that is known of its reading is sealed, or the case does not open."""
    cases.opened(case_id=fact.dispute_id, session_id=fact.session_id, at=fact.at)


@on(StatementAdded)
def add_the_statement(fact: StatementAdded) -> None:
    """What a side said becomes part of the evidence, by its seal."""
    cases.stated(case_id=fact.dispute_id, statement_id=fact.statement_id, at=fact.at)


@on(DisputeDecided)
def add_the_decision(fact: DisputeDecided) -> None:
    """A decision is written under what it was based on."""
    cases.decided(case_id=fact.dispute_id, n=fact.n, at=fact.at)


@on(DisputeAppealed)
def add_the_appeal(fact: DisputeAppealed) -> None:
    """An appeal, too."""
    cases.appealed(case_id=fact.dispute_id, side=fact.side, at=fact.at)

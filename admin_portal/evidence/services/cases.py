"""What happens in a case becomes part of its evidence, in the transaction in which it happens.

A case about a reading whose row is gone, or that opened before evidence was sealed, has none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from admin_portal.evidence import seals
from admin_portal.evidence.entries import Entry, Fact, Lane
from admin_portal.evidence.models import EvidenceChain
from admin_portal.evidence.services import chains
from backend.accounts.models import User
from backend.core.errors import Forbidden, InvalidInput
from backend.core.templatetags.money import money
from live.models import ReadingSession
from payouts.models import Decision, Dispute, Statement

log = structlog.get_logger(__name__)
NOTE_CHARS_MAX: Final = 500
_OUTCOMES: Final = {"reject": "Rejected", "minutes": "Minutes credited", "full": "Credited in full"}


def opened(*, case_id: UUID, session_id: UUID, at: datetime) -> None:
    """Seal the reading, and that a case was opened about it."""
    if not ReadingSession.objects.filter(id=session_id).exists():
        log.warning("no_reading_to_seal", case_id=str(case_id), session_id=str(session_id))
        return
    dispute = Dispute.objects.get(pk=case_id)
    said = seals.of_text(message_id=dispute.pk, key=dispute.key, text=dispute.text)
    opening = Entry(
        at,
        Lane.CASE,
        "case_opened",
        "A case was opened by the client",
        f"{dispute.get_reason_code_display()}. {money(dispute.frozen_cents)} are frozen.",
        side="client",
        facts={
            "reason_code": dispute.reason_code,
            "gross_cents": dispute.gross_cents,
            "refunded_cents": dispute.refunded_cents,
            "frozen_cents": dispute.frozen_cents,
            "seal": said,
        },
    )
    chains.seal(case_id=case_id, session_id=session_id, opening=opening, at=at)


def stated(*, case_id: UUID, statement_id: UUID, at: datetime) -> None:
    """One side said something; the words stay in their own row."""
    statement = Statement.objects.select_related("dispute").get(pk=statement_id)
    words, side = f"Statement of the {statement.side}", statement.side
    entry = Entry(at, Lane.CASE, "statement", words, side=side, facts=_sealed(statement))
    _add(case_id, entry, "evidence.statement", at)


def decided(*, case_id: UUID, n: int, at: datetime) -> None:
    """The case, or its appeal, was decided."""
    decision = Decision.objects.get(dispute=case_id, n=n)
    words = _OUTCOMES.get(decision.outcome, "An amount credited")
    entry = Entry(
        at,
        Lane.CASE,
        "decided",
        words if n == 1 else f"Appeal: {words.lower()}",
        f"{money(decision.cents)}, borne by {decision.get_bearer_display().lower()}."
        if decision.cents
        else "Charges stand.",
        facts={
            "n": n,
            "outcome": decision.outcome,
            "cents": decision.cents,
            "minutes": decision.minutes,
            "bearer": decision.bearer,
            "by": str(decision.decided_by_id),
            "second": str(decision.second_by_id) if decision.second_by_id else None,
        },
    )
    _add(case_id, entry, "evidence.decision", at)


def appealed(*, case_id: UUID, side: str, at: datetime) -> None:
    """One side does not accept the decision, and says why."""
    why = Statement.objects.select_related("dispute").get(dispute=case_id, is_appeal=True)
    words = f"Appealed by the {side}"
    entry = Entry(at, Lane.CASE, "appealed", words, side=side, facts=_sealed(why))
    _add(case_id, entry, "evidence.appeal", at)


def note(*, case_id: UUID, by: User, text: str, at: datetime) -> None:
    """A note of staff for staff; it stays, like everything in a chain.

    :raises Forbidden: ``by`` is no admin.
    :raises InvalidInput: empty or too long.
    :raises NotFound: nothing was sealed for this case.
    """
    if not by.is_admin:
        raise Forbidden("Only admins add notes.")
    said = " ".join(text.split())
    if not 0 < len(said) <= NOTE_CHARS_MAX:
        raise InvalidInput(f"Write a note of up to {NOTE_CHARS_MAX} characters.")
    entry = Entry(at, Lane.CASE, "note", "Note of staff", said, facts={"by": str(by.pk)})
    chains.add(case_id=case_id, entry=entry, act="evidence.note", at=at, by=by)


def _sealed(statement: Statement) -> dict[str, Fact]:
    return {
        "statement_id": str(statement.pk),
        "characters": len(statement.text),
        "seal": seals.of_text(
            message_id=statement.pk, key=statement.dispute.key, text=statement.text
        ),
    }


def _add(case_id: UUID, entry: Entry, act: str, at: datetime) -> None:
    if EvidenceChain.objects.filter(case_id=case_id).exists():
        chains.add(case_id=case_id, entry=entry, act=act, at=at)

"""The evidence pack of a case, to take away: as JSON for programs, as PDF for people.

Each export is a record of the chain itself, so the head that is printed stands for everything
up to the moment at which it left us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from admin_portal.evidence import sections, selectors
from admin_portal.evidence.entries import Entry, Lane
from admin_portal.evidence.selectors import Sealed, Verdict
from admin_portal.evidence.services import chains
from backend.accounts.models import User
from backend.core import documents
from backend.core.errors import Forbidden, InvalidInput
from payouts.disputes import selectors as disputes
from payouts.models import Dispute

FORMAT: Final = "soulseer.evidence/1"
TEMPLATE: Final = "documents/evidence/pack.html"
KINDS: Final = ("json", "pdf")
_HOW: Final = (
    "hash = SHA-256 of six lines joined by a line feed: the hash before (64 zeros at first), seq,"
    " at in UTC with microseconds, lane, kind, content. A message is there by its seal, the"
    " SHA-256 of its id, its sender's own key and its text, one a line."
)


@dataclass(frozen=True, slots=True)
class Pack:
    """A sealed case as it leaves us."""

    dispute: Dispute
    verdict: Verdict
    records: Sequence[Sealed]
    section: sections.Section
    exported_at: datetime


def taken(*, case_id: UUID, by: User, kind: str, at: datetime) -> Pack:
    """Note that ``by`` takes the evidence away, and give all of it, this note included.

    :raises Forbidden: ``by`` is no admin.
    :raises InvalidInput: neither ``json`` nor ``pdf``.
    :raises NotFound: no such case, or nothing was sealed for it.
    """
    if not by.is_admin:
        raise Forbidden("Only admins may take evidence away.")
    if kind not in KINDS:
        raise InvalidInput("Evidence is exported as json or pdf.")
    dispute = disputes.one_for_staff(case_id)
    words = f"Exported as {kind.upper()} by an admin"
    entry = Entry(at, Lane.CASE, "exported", words, facts={"by": str(by.pk), "as": kind})
    with transaction.atomic():
        chain = chains.add(case_id=case_id, entry=entry, act="evidence.export", at=at, by=by)
    records = selectors.records_of(case_id)
    section = sections.section_from(
        chain.session_id,
        selectors.in_time(records),
        axis=(chain.begins_at, chain.ends_at),
        left_out=chain.left_out,
    )
    return Pack(dispute, selectors.verify(case_id), records, section, at)


def as_json(pack: Pack) -> dict[str, Any]:
    """The pack as plain values. Fields are only ever added to this format."""
    dispute, verdict = pack.dispute, pack.verdict
    return {
        "format": FORMAT,
        "exported_at": pack.exported_at.isoformat(),
        "case": {
            "id": str(dispute.pk),
            "session_id": str(dispute.session_id),
            "client_id": str(dispute.client_id),
            "reader_id": str(dispute.reader_id),
            "reason_code": dispute.reason_code,
            "state": dispute.state,
            "opened_at": dispute.opened_at.isoformat(),
            "gross_cents": dispute.gross_cents,
            "currency": settings.CURRENCY,
        },
        "chain": {
            "records": verdict.records,
            "head": verdict.head,
            "holds": verdict.holds,
            "broken_at": verdict.broken_at,
            "how": _HOW,
        },
        "records": [_record(sealed) for sealed in pack.records],
    }


def as_pdf(pack: Pack) -> bytes:
    """The pack on paper.

    :raises DocumentsUnavailable: this machine cannot set PDFs.
    """
    return documents.pdf(TEMPLATE, {"pack": pack, "section": pack.section})


def _record(sealed: Sealed) -> dict[str, Any]:
    entry = sealed.entry
    return {
        "seq": sealed.seq,
        "hash": sealed.hash,
        "at": entry.at.isoformat(timespec="microseconds"),
        "lane": entry.lane.value,
        "kind": entry.kind,
        "content": sealed.content,
        "words": entry.words,
        "detail": entry.detail,
        "side": entry.side,
        "until": entry.until.isoformat() if entry.until else None,
        "facts": dict(entry.facts),
    }

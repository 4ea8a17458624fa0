"""The chain of a case: sealed when the case opens, and only added to afterwards.

Each step is noted in the audit log with the head that it led to, so that whoever would forge a
chain has to forge another table that only grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from admin_portal.evidence import gathering, seals, selectors
from admin_portal.evidence.entries import Entry
from admin_portal.evidence.models import EvidenceChain, EvidenceRecord
from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import NotFound

_INSERTED_AT_ONCE = 500


@transaction.atomic
def seal(*, case_id: UUID, session_id: UUID, opening: Entry, at: datetime) -> EvidenceChain:
    """Seal all that is known of a reading as the evidence of a case; ``opening`` comes last.

    Sealing again returns the first chain, unchanged.
    :raises NotFound: there is no such reading.
    """
    first = EvidenceChain.objects.filter(case_id=case_id).first()
    if first is not None:
        return first
    timeline = gathering.timeline_of(session_id)
    chain = EvidenceChain(
        case_id=case_id,
        session_id=session_id,
        sealed_at=at,
        begins_at=timeline.begins_at,
        ends_at=timeline.ends_at,
        left_out=timeline.left_out,
        records=0,
        head=seals.NO_HASH,
    )
    rows = _rows(chain, [*timeline.entries, opening])
    chain.save(force_insert=True)
    EvidenceRecord.objects.bulk_create(rows, batch_size=_INSERTED_AT_ONCE)
    _note(chain, act="evidence.seal", by=None, reason="", at=at)
    return chain


@transaction.atomic
def add(
    *, case_id: UUID, entry: Entry, act: str, at: datetime, by: User | None = None, reason: str = ""
) -> EvidenceChain:
    """Add one record to the chain of a case, and note it in the audit log as ``act``.

    Of two callers at once the second waits, and its record stands upon the first one's.
    :raises NotFound: nothing was sealed for this case.
    """
    chain = EvidenceChain.objects.select_for_update().filter(case_id=case_id).first()
    if chain is None:
        raise NotFound("There is no evidence for this case.")
    EvidenceRecord.objects.bulk_create(_rows(chain, [entry]))
    chain.save(update_fields=["records", "head"])
    _note(chain, act=act, by=by, reason=reason, at=at)
    return chain


def _rows(chain: EvidenceChain, entries: Iterable[Entry]) -> Sequence[EvidenceRecord]:
    """Records for ``entries``, in this order; the chain's count and head move along."""
    rows = []
    for entry in entries:
        content = seals.canonical(
            {
                "words": entry.words,
                "detail": entry.detail,
                "side": entry.side,
                "until": entry.until.isoformat() if entry.until else None,
                "facts": dict(entry.facts),
            }
        )
        chain.records += 1
        chain.head = seals.of_record(
            previous=chain.head,
            seq=chain.records,
            at=entry.at,
            lane=entry.lane,
            kind=entry.kind,
            content=content,
        )
        rows.append(
            EvidenceRecord(
                chain=chain,
                seq=chain.records,
                at=entry.at,
                lane=entry.lane,
                kind=entry.kind,
                content=content,
                hash=chain.head,
            )
        )
    return rows


def _note(chain: EvidenceChain, *, act: str, by: User | None, reason: str, at: datetime) -> None:
    audit_log.record(
        actor=by,
        act=act,
        about=selectors.case_name(chain.case_id),
        at=at,
        reason=reason,
        facts={
            "session": str(chain.session_id),
            "records": chain.records,
            "head": chain.head,
        },
    )

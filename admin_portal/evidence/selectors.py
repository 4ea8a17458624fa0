"""Questions about sealed evidence: its records, whether they hold, what became of the words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from admin_portal.evidence import seals
from admin_portal.evidence.entries import Entry, Lane, in_order
from admin_portal.evidence.models import EvidenceChain, EvidenceRecord
from backend.accounts.models import AuditEntry
from backend.core.errors import NotFound
from live.models import ChatMessage
from live.privacy import ERASED_WORDS

CHECKED_AT_ONCE: Final = 1_000


class WordsState(StrEnum):
    """What became of a message since it was sealed. GONE: its time was over, or its writer
    had themselves erased; the seal stays and says nothing any more.
    """

    INTACT = "intact"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One record as it can be shown: its number, its hash, and what it says.

    ``content`` is the text that was hashed.
    """

    seq: int
    hash: str
    entry: Entry
    content: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain holds. ``broken_at``: the first record that does not, with ``why``."""

    records: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class Message:
    """The words of one message, for an admin whose look at them was logged."""

    message_id: UUID
    side: str
    at: datetime
    state: WordsState
    text: str


def chain_of(case_id: UUID) -> EvidenceChain:
    """The chain of a case.

    :raises NotFound: nothing was sealed for it.
    """
    chain = EvidenceChain.objects.filter(case_id=case_id).first()
    if chain is None:
        raise NotFound("There is no evidence for this case.")
    return chain


def records_of(case_id: UUID) -> list[Sealed]:
    """All records of a case as they were sealed, first to last."""
    rows = EvidenceRecord.objects.filter(chain=case_id).order_by("seq")
    return [Sealed(row.seq, row.hash, entry_of(row), row.content) for row in rows]


def in_time(records: Iterable[Sealed]) -> list[Entry]:
    """What the records say, in the order in which it happened."""
    return in_order(sealed.entry for sealed in records)


def entry_of(row: EvidenceRecord) -> Entry:
    """What a record says."""
    content = json.loads(row.content)
    until = content["until"]
    return Entry(
        at=row.at,
        lane=Lane(row.lane),
        kind=row.kind,
        words=content["words"],
        detail=content["detail"],
        side=content["side"],
        until=datetime.fromisoformat(until) if until else None,
        facts=content["facts"],
    )


def verify(case_id: UUID) -> Verdict:
    """Compute every hash again, from the first record on, and say where it breaks, if it does.

    Three witnesses are asked: the records themselves, the chain's own count and head, and the
    audit log, which noted the head at each step.
    :raises NotFound: nothing was sealed for this case.
    """
    chain = chain_of(case_id)
    head, seq, hashes = seals.NO_HASH, 0, {}
    rows = EvidenceRecord.objects.filter(chain=case_id).order_by("seq")
    for row in rows.iterator(chunk_size=CHECKED_AT_ONCE):
        seq += 1
        if row.seq != seq:
            return Verdict(chain.records, chain.head, seq, "This record is missing.")
        head = seals.of_record(
            previous=head, seq=seq, at=row.at, lane=row.lane, kind=row.kind, content=row.content
        )
        if head != row.hash:
            return Verdict(chain.records, chain.head, seq, "This record was changed.")
        hashes[seq] = head
    if seq != chain.records or head != chain.head:
        why = "Records at the end are missing." if seq < chain.records else "The head was changed."
        return Verdict(chain.records, chain.head, min(seq, chain.records) + 1, why)
    for records, noted in _noted(case_id):
        if hashes.get(records) != noted:
            why = "The audit log noted another head at this record."
            return Verdict(chain.records, chain.head, records, why)
    return Verdict(chain.records, chain.head)


def case_name(case_id: UUID) -> str:
    """What lines of the audit log about the evidence of a case are about."""
    return f"evidence:{case_id}"


def words_of(case_id: UUID, message_ids: Iterable[UUID] | None = None) -> list[Message]:
    """The sealed messages of a case with their words: all of them, or only these.

    Never to be shown without ``services.reveals``, which logs who asked and why.
    """
    sealed = _sealed_messages(case_id, message_ids)
    rows = ChatMessage.objects.in_bulk([message_id for message_id, _ in sealed])
    return [_as_it_is(entry, rows.get(message_id)) for message_id, entry in sealed]


def _sealed_messages(
    case_id: UUID, message_ids: Iterable[UUID] | None
) -> Sequence[tuple[UUID, Entry]]:
    wanted = None if message_ids is None else set(message_ids)
    rows = EvidenceRecord.objects.filter(chain=case_id, lane=Lane.CHAT, kind="message")
    entries = [entry_of(row) for row in rows.order_by("seq")]
    named = [(UUID(str(entry.facts["message_id"])), entry) for entry in entries]
    return [(name, entry) for name, entry in named if wanted is None or name in wanted]


def _as_it_is(entry: Entry, row: ChatMessage | None) -> Message:
    state, text = WordsState.GONE, ""
    if row is not None and row.text != ERASED_WORDS:
        seal = seals.of_text(message_id=row.id, key=row.key, text=row.text)
        state = WordsState.INTACT if seal == entry.facts["seal"] else WordsState.CHANGED
        text = row.text
    return Message(UUID(str(entry.facts["message_id"])), entry.side, entry.at, state, text)


def _noted(case_id: UUID) -> Iterable[tuple[int, str]]:
    lines: Any = AuditEntry.objects.filter(about=case_name(case_id)).order_by("id")
    for facts in lines.values_list("facts", flat=True):
        if "head" in facts:
            yield facts["records"], facts["head"]

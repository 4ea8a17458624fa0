"""A chain of evidence: it only grows, and a change shows."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from admin_portal.evidence import selectors
from admin_portal.evidence.entries import Entry, Lane
from admin_portal.evidence.models import EvidenceChain, EvidenceRecord
from admin_portal.evidence.services import chains
from backend.accounts.models import AuditEntry
from backend.core.ids import uuid7
from tests.live.stage import Stage


@pytest.fixture
def case(stage: Stage) -> UUID:
    """A case that was just opened about the rich reading."""
    case_id = uuid7()
    seal(case_id, stage)
    return case_id


def seal(case_id: UUID, stage: Stage) -> EvidenceChain:
    opening = Entry(stage.now, Lane.CASE, "case_opened", "A case was opened")
    return chains.seal(case_id=case_id, session_id=stage.session.id, opening=opening, at=stage.now)


def add(case_id: UUID, stage: Stage, words: str = "Something was said") -> None:
    entry = Entry(stage.now, Lane.CASE, "statement", words)
    chains.add(case_id=case_id, entry=entry, act="evidence.add", at=stage.now)


def without_triggers(sql: str, *parameters: object) -> None:
    """What somebody with the keys of the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("admin_portal_evidencerecord", "admin_portal_evidencechain"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)
        for table in ("admin_portal_evidencerecord", "admin_portal_evidencechain"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_case_seals_all_that_is_known_and_sealing_twice_changes_nothing(
    stage: Stage, case: UUID
) -> None:
    chain = EvidenceChain.objects.get()
    again = seal(case, stage)

    assert (again.records, again.head) == (chain.records, chain.head)
    records = selectors.records_of(case)
    assert [record.seq for record in records] == [*range(1, chain.records + 1)]
    assert records[-1].entry.words == "A case was opened"
    assert records[-1].hash == chain.head
    assert selectors.verify(case).holds


def test_what_comes_later_stands_upon_what_was_there(stage: Stage, case: UUID) -> None:
    before = selectors.verify(case)
    add(case, stage)
    after = selectors.verify(case)

    assert after.holds
    assert after.records == before.records + 1
    assert EvidenceRecord.objects.get(seq=before.records).hash == before.head != after.head
    heads = AuditEntry.objects.filter(about=f"evidence:{case}").order_by("id")
    assert [entry.facts["head"] for entry in heads] == [before.head, after.head]


def test_the_database_lets_a_chain_only_grow(case: UUID) -> None:
    changes = [
        lambda: EvidenceRecord.objects.filter(seq=3).update(content="{}"),
        lambda: EvidenceRecord.objects.filter(seq=3).delete(),
        lambda: EvidenceChain.objects.update(head="0" * 64),
        lambda: EvidenceChain.objects.all()._raw_delete("default"),
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            change()
    assert selectors.verify(case).holds


CONTENT = "UPDATE admin_portal_evidencerecord SET content = replace(content, %s, %s) WHERE seq = %s"


def test_one_changed_record_shows_and_where(case: UUID) -> None:
    record = EvidenceRecord.objects.filter(kind="charged").first()
    assert record is not None
    without_triggers(CONTENT, '"cents":399', '"cents":299', record.seq)

    verdict = selectors.verify(case)
    assert (verdict.broken_at, verdict.why) == (record.seq, "This record was changed.")


def test_a_missing_record_shows_in_the_middle_and_at_the_end(stage: Stage, case: UUID) -> None:
    add(case, stage)
    last = selectors.chain_of(case).records
    with transaction.atomic():
        without_triggers("DELETE FROM admin_portal_evidencerecord WHERE seq = %s", 2)
        assert selectors.verify(case).broken_at == 2
        transaction.set_rollback(True)

    without_triggers("DELETE FROM admin_portal_evidencerecord WHERE seq = %s", last)
    verdict = selectors.verify(case)
    assert (verdict.broken_at, verdict.why) == (last, "Records at the end are missing.")


def test_a_chain_forged_from_end_to_end_contradicts_the_audit_log(stage: Stage, case: UUID) -> None:
    kept = selectors.chain_of(case)
    other = uuid7()
    stage.session.refresh_from_db()
    forged = Entry(stage.now, Lane.CASE, "case_opened", "Nothing happened")
    chain = EvidenceChain(
        case_id=other,
        session_id=stage.session.id,
        sealed_at=stage.now,
        begins_at=stage.now,
        ends_at=stage.now,
        records=0,
        head="0" * 64,
    )
    rows = chains._rows(chain, [forged] * kept.records)
    for row in rows:
        without_triggers(
            "UPDATE admin_portal_evidencerecord SET content = %s, hash = %s, at = %s, lane = %s,"
            " kind = %s WHERE seq = %s",
            *(row.content, row.hash, row.at, row.lane, row.kind, row.seq),
        )
    without_triggers("UPDATE admin_portal_evidencechain SET head = %s", chain.head)

    verdict = selectors.verify(case)
    assert verdict.broken_at == kept.records
    assert "audit log" in verdict.why

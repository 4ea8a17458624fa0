"""What happens in a case becomes part of its chain, and leaves as a pack that can be checked."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.template.loader import render_to_string

from admin_portal.evidence import selectors
from admin_portal.evidence.services import cases, exports
from backend.accounts.models import AuditEntry, User
from payouts.dispute_states import Outcome
from payouts.disputes.services import appeals, decisions, statements
from payouts.disputes.verdicts import Verdict
from payouts.models import Dispute
from tests.admin_portal.evidence.conftest import COMPLAINT
from tests.admin_portal.evidence.readings import SECRET
from tests.live.stage import Stage

HOUR = timedelta(hours=1)
SAID = "My line was fine all the time."


def test_a_case_and_all_that_follows_stand_in_one_chain_without_words(
    stage: Stage, dispute: Dispute, root: User
) -> None:
    at = stage.now
    statements.add(dispute_id=dispute.pk, by=stage.reader, text=SAID, at=at + HOUR)
    verdict = Verdict(Outcome.MINUTES, minutes=2, reason="Two minutes were weak")
    now = Dispute.objects.get(pk=dispute.pk)
    decisions.decide(
        dispute_id=dispute.pk, by=root, verdict=verdict, version=now.version, at=at + 2 * HOUR
    )
    appeals.appeal(dispute_id=dispute.pk, by=stage.reader, text=SAID, at=at + 3 * HOUR)
    cases.note(case_id=dispute.pk, by=root, text="Asked for logs.", at=at + 4 * HOUR)

    records = selectors.records_of(dispute.pk)
    told = [(r.entry.kind, r.entry.words) for r in records if r.entry.lane == "case"]
    assert told == [
        ("case_opened", "A case was opened by the client"),
        ("statement", "Statement of the reader"),
        ("decided", "Minutes credited"),
        ("appealed", "Appealed by the reader"),
        ("note", "Note of staff"),
    ]
    assert selectors.verify(dispute.pk).holds
    assert not [word for word in (COMPLAINT, SAID, SECRET) if word in repr(records)]
    stage.assert_sound()


def test_the_json_pack_lets_anybody_compute_the_head_again(
    stage: Stage, dispute: Dispute, root: User
) -> None:
    pack = exports.taken(case_id=dispute.pk, by=root, kind="json", at=stage.now)
    plain = json.loads(json.dumps(exports.as_json(pack)))

    head = "0" * 64
    for record in plain["records"]:
        lines = [head, str(record["seq"]), record["at"], record["lane"], record["kind"]]
        head = hashlib.sha256("\n".join([*lines, record["content"]]).encode()).hexdigest()
        assert head == record["hash"]
    assert head == plain["chain"]["head"] == selectors.chain_of(dispute.pk).head
    assert {*plain} == {"format", "exported_at", "case", "chain", "records"}
    assert {*plain["records"][0]} == {
        *("seq", "hash", "at", "lane", "kind", "content"),
        *("words", "detail", "side", "until", "facts"),
    }
    assert (plain["format"], plain["records"][-1]["kind"]) == ("soulseer.evidence/1", "exported")
    assert SECRET not in json.dumps(plain)
    line = AuditEntry.objects.get(act="evidence.export")
    assert (line.actor, line.facts["head"]) == (root, head)


def test_the_pdf_pack_names_the_head_and_is_a_pdf(
    stage: Stage, dispute: Dispute, root: User
) -> None:
    pack = exports.taken(case_id=dispute.pk, by=root, kind="pdf", at=stage.now)
    html = render_to_string(exports.TEMPLATE, {"pack": pack, "section": pack.section})
    made = exports.as_pdf(pack)

    assert pack.verdict.head in html
    assert str(dispute.pk) in html
    assert "The reader&#x27;s sound was nearly lost" in html
    assert not [word for word in (COMPLAINT, SECRET) if word in html]
    assert made.startswith(b"%PDF")
    assert len(made) > 10_000

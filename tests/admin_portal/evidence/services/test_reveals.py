"""Reading what two people wrote: with a reason, logged twice, and proven to be what it was."""

from __future__ import annotations

from uuid import UUID

import pytest

from admin_portal.evidence import selectors
from admin_portal.evidence.selectors import WordsState
from admin_portal.evidence.services import reveals
from backend.accounts.models import AuditEntry, User
from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.core.ids import uuid7
from live import privacy
from live.models import ChatMessage
from tests.admin_portal.evidence.readings import SECRET
from tests.admin_portal.evidence.services.test_chains import seal
from tests.live.stage import Stage

WHY = "The client says that she was insulted."


@pytest.fixture
def case(stage: Stage) -> UUID:
    case_id = uuid7()
    seal(case_id, stage)
    return case_id


def test_a_look_is_written_into_the_audit_log_and_into_the_chain(
    stage: Stage, case: UUID, root: User
) -> None:
    first = ChatMessage.objects.order_by("id").first()
    assert first is not None
    (message,) = reveals.reveal(
        case_id=case, by=root, reason=WHY, at=stage.now, message_ids=[first.id]
    )

    assert (message.text, message.side, message.state) == (SECRET, "client", WordsState.INTACT)
    line = AuditEntry.objects.get(act="chat.read")
    assert (line.actor, line.reason, line.about) == (root, WHY, f"evidence:{case}")
    record = selectors.records_of(case)[-1].entry
    assert (record.kind, record.words, record.detail) == (
        "chat_read",
        "One message was read by an admin",
        WHY,
    )
    assert record.facts["by"] == str(root.pk)
    assert SECRET not in repr(selectors.records_of(case))
    assert selectors.verify(case).holds


def test_without_a_reason_or_by_a_stranger_nothing_is_shown_or_logged(
    stage: Stage, case: UUID, root: User, maya: User
) -> None:
    before = AuditEntry.objects.count(), selectors.chain_of(case).head
    for reason, by, error in [
        ("   because  ", root, InvalidInput),
        ("x" * 301, root, InvalidInput),
        (WHY, maya, Forbidden),
    ]:
        with pytest.raises(error):
            reveals.reveal(case_id=case, by=by, reason=reason, at=stage.now)
    with pytest.raises(NotFound):  # no part of this case
        reveals.reveal(case_id=case, by=root, reason=WHY, at=stage.now, message_ids=[uuid7()])

    assert (AuditEntry.objects.count(), selectors.chain_of(case).head) == before


def test_changed_words_show_and_forgotten_ones_leave_the_chain_whole(
    stage: Stage, case: UUID, root: User
) -> None:
    first, second = ChatMessage.objects.order_by("id")
    ChatMessage.objects.filter(pk=first.pk).update(text="Something harmless")
    second.delete()

    def states() -> list[WordsState]:
        return [m.state for m in reveals.reveal(case_id=case, by=root, reason=WHY, at=stage.now)]

    assert states() == [WordsState.CHANGED, WordsState.GONE]
    privacy.forget_person(user_id=stage.client.pk, at=stage.now)
    assert states() == [WordsState.GONE, WordsState.GONE]
    assert selectors.verify(case).holds

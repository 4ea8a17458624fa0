"""An admin reads what two people wrote: only with a reason, and never unnoticed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from admin_portal.evidence import selectors
from admin_portal.evidence.entries import Entry, Lane
from admin_portal.evidence.selectors import Message
from admin_portal.evidence.services import chains
from backend.accounts.models import User
from backend.core.errors import Forbidden, InvalidInput, NotFound

REASON_CHARS_MIN: Final = 10
REASON_CHARS_MAX: Final = 300


@transaction.atomic
def reveal(
    *,
    case_id: UUID,
    by: User,
    reason: str,
    at: datetime,
    message_ids: Sequence[UUID] | None = None,
) -> list[Message]:
    """The words of these messages, or of all that were sealed.

    The look goes into the audit log and into the chain of the case, with its reason.
    :raises Forbidden: ``by`` is no admin.
    :raises InvalidInput: the reason is too short to be one, or too long.
    :raises NotFound: no such case, or none of these messages is among its evidence.
    """
    if not by.is_admin:
        raise Forbidden("Only admins may read this.")
    why = " ".join(reason.split())
    if not REASON_CHARS_MIN <= len(why) <= REASON_CHARS_MAX:
        raise InvalidInput(
            f"Say why you need to read it, in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters."
        )
    chain = selectors.chain_of(case_id)
    found = selectors.words_of(case_id, message_ids)
    if not found:
        raise NotFound("There is no such message among the evidence.")
    words = "One message was read" if len(found) == 1 else f"{len(found)} messages were read"
    entry = Entry(
        at,
        Lane.CASE,
        "chat_read",
        f"{words} by an admin",
        why,
        facts={
            "by": str(by.pk),
            "messages": len(found),
            "first_message_id": str(found[0].message_id),
            "session_id": str(chain.session_id),
        },
    )
    chains.add(case_id=case_id, entry=entry, act="chat.read", at=at, by=by, reason=why)
    return found

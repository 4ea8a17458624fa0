"""The tray of gifts: what is in it and what is not. What was sent is untouched by it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import Conflict, NotFound
from live.models import GiftKind


@transaction.atomic
def offer(*, kind_id: UUID, is_offered: bool, by: User, at: datetime) -> GiftKind:
    """Put a gift into the tray or take it out. A price that was promised is still honoured.

    :raises NotFound: there is no such gift.
    :raises Conflict: somebody was faster.
    """
    kind = GiftKind.objects.filter(pk=kind_id).first()
    if kind is None:
        raise NotFound("There is no such gift.")
    others = GiftKind.objects.filter(pk=kind_id, is_offered=not is_offered)
    if others.update(is_offered=is_offered) != 1:
        raise Conflict("Somebody has done this already.")
    act = "gift.offer" if is_offered else "gift.withhold"
    audit_log.record(
        actor=by, act=act, about=f"gift_kind:{kind_id}", at=at, facts={"name": kind.name}
    )
    kind.is_offered = is_offered
    return kind

"""Keep what staff do: who, what, to what, why. In the same transaction as the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.accounts.models import AuditEntry, User

REASON_CHARS_MAX = 500
Fact = str | int | bool | None


def record(
    *,
    actor: User | None,
    act: str,
    about: str,
    at: datetime,
    reason: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> AuditEntry:
    """Add one line to the audit log, which nothing can change afterwards.

    ``act`` is a ``noun.verb``, ``about`` a ``kind:id``. ``actor`` is None when the product
    itself acted. Secrets and whole messages do not belong into ``facts``.
    """
    return AuditEntry.objects.create(
        actor=actor,
        act=act,
        about=about,
        at=at,
        reason=reason.strip()[:REASON_CHARS_MAX],
        facts=dict(facts or {}),
    )

"""Forget, every night, what has been kept long enough. The rules stand in each ``privacy.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from django.db import DatabaseError

from backend.accounts.services import audit_log
from backend.core import privacy

log = structlog.get_logger(__name__)
ROUNDS_MAX: Final = 100  # of one rule a night; what is left goes the next night


def forget_due(*, at: datetime) -> dict[str, int]:
    """Let every rule forget what is due, batch by batch; how many rows of each went.

    One rule that fails does not hold up the others. What went is written into the audit log.
    """
    return {rule.slug: _forget(rule, at) for rule in privacy.rules()}


def _forget(rule: privacy.Rule, at: datetime) -> int:
    gone = 0
    try:
        for _ in range(ROUNDS_MAX):
            went = rule.forget(before=at - rule.kept)
            gone += went
            if not went:
                break
    except (DatabaseError, OSError):
        log.exception("not_forgotten", rule=rule.slug)
    if gone:
        audit_log.record(
            actor=None,
            act="retention.forget",
            about=f"kind:{rule.slug}",
            at=at,
            facts={"rows": gone},
        )
    return gone

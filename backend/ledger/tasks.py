"""What the ledger does by night."""

from __future__ import annotations

import structlog
from celery import shared_task

from backend.core import clock
from backend.core.locks import alone
from backend.ledger import audit, collusion, figures, movements, snapshots

log = structlog.get_logger(__name__)


@shared_task(name="backend.ledger.tasks.audit_nightly", ignore_result=True)
def audit_nightly() -> int:
    """Expire promotional credit, snap the platform's pots, prove the ledger.

    Each finding is logged as an error, for the alerting to see; returns how many.
    """
    at = clock.now()
    while movements.expire_due(at=at):
        pass
    snapshots.take(at=at)
    findings = audit.proofs(at)
    for finding in findings:
        log.error("ledger_finding", proof=finding.proof, what=finding.what)
    for alert in audit.alerts(at):
        log.warning("ledger_alert", proof=alert.proof, what=alert.what)
    figures.keep_audit(at=at, findings=map(str, findings))
    return len(findings)


@shared_task(name="backend.ledger.tasks.keep_figures", ignore_result=True)
def keep_figures() -> int:
    """Sum up the whole days that are over, for the staff's charts."""
    return figures.keep(at=clock.now())


@shared_task(name="backend.ledger.tasks.look_for_collusion", ignore_result=True)
def look_for_collusion() -> int:
    """Hold gifts that look as if money went in a circle; how many."""
    with alone("collusion") as mine:
        return collusion.look(at=clock.now()) if mine else 0

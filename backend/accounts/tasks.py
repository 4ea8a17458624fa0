"""Jobs of accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.accounts.services import invitations, traces
from backend.core import clock


@shared_task(name="backend.accounts.tasks.send_invitation", ignore_result=True)
def send_invitation(user_id: str) -> None:
    """Mail one invitation now; the sweep of due mail finds it again if this fails."""
    invitations.send_due(at=clock.now(), user_id=UUID(user_id))


@shared_task(name="backend.accounts.tasks.send_due_invitations", ignore_result=True)
def send_due_invitations() -> int:
    """Mail every invitation that is due."""
    return invitations.send_due(at=clock.now())


@shared_task(name="backend.accounts.tasks.forget_old_traces", ignore_result=True)
def forget_old_traces() -> int:
    """Delete traces of people that were not seen for long."""
    return traces.forget_old(at=clock.now())

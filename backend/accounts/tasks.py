"""Jobs of accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.accounts.services import invitations
from backend.core import clock


@shared_task(name="backend.accounts.tasks.send_invitation", ignore_result=True)
def send_invitation(user_id: str) -> None:
    """Mail one invitation now; the sweep of due mail finds it again if this fails."""
    invitations.send_due(at=clock.now(), user_id=UUID(user_id))


@shared_task(name="backend.accounts.tasks.send_due_invitations", ignore_result=True)
def send_due_invitations() -> int:
    """Mail every invitation that is due."""
    return invitations.send_due(at=clock.now())

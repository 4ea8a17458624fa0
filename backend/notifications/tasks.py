"""Jobs of notices."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.accounts.services import invitations
from backend.core import clock
from backend.notifications import services


@shared_task(name="backend.notifications.tasks.send_mail", ignore_result=True)
def send_mail(notice_id: str) -> None:
    """Mail one notice now; the sweep finds it again if this fails."""
    services.send_due(at=clock.now(), notice_id=UUID(notice_id))


@shared_task(name="backend.notifications.tasks.send_due_mail", ignore_result=True)
def send_due_mail() -> int:
    """The net beneath: mail every notice and invitation that is due. Every minute."""
    now = clock.now()
    return services.send_due(at=now) + invitations.send_due(at=now)

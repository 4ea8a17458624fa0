"""Jobs of accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from backend.accounts.services import erasures, exports, invitations, retention, traces
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


@shared_task(name="backend.accounts.tasks.make_export", ignore_result=True)
def make_export(export_id: str) -> None:
    """Make one archive now; the sweep finds it again if this fails."""
    exports.make_due(at=clock.now(), export_id=UUID(export_id))


@shared_task(name="backend.accounts.tasks.make_due_exports", ignore_result=True)
def make_due_exports() -> int:
    """The net beneath: make every archive that was asked for and is not there."""
    return exports.make_due(at=clock.now())


@shared_task(name="backend.accounts.tasks.carry_out_erasures", ignore_result=True)
def carry_out_erasures() -> int:
    """Forget everybody whose waiting time is over."""
    return erasures.carry_out_due(at=clock.now())


@shared_task(name="backend.accounts.tasks.forget_nightly", ignore_result=True)
def forget_nightly() -> int:
    """Forget what has been kept long enough, by every rule."""
    return sum(retention.forget_due(at=clock.now()).values())

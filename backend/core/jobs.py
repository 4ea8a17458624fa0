"""Jobs by name. A service never imports a task; it names it, and the job leaves on commit."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def enqueue(name: str, **kwargs: str | int | bool | None) -> None:
    """Start the Celery task ``name`` once the current transaction has committed.

    A broker that is down is logged and survived: every job has a due row that a sweep
    finds again, so a lost message costs seconds, not work. A house test checks the names.
    """

    def send() -> None:
        try:
            current_app.send_task(name, kwargs=kwargs, retry=False)
        except Exception:
            log.exception("job_not_sent", job=name)

    transaction.on_commit(send, robust=True)

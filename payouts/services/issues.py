"""What Stripe and we do not agree about: a row for people, told once, never repaired by itself."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from backend.notifications.services import notify_staff
from payouts.models import ReconIssue

log = structlog.get_logger(__name__)


@transaction.atomic
def raise_once(*, kind: str, external_id: str, text: str, at: datetime) -> bool:
    """Keep an issue and tell every admin; False when it is known already."""
    _, is_new = ReconIssue.objects.get_or_create(
        kind=kind, external_id=external_id, defaults={"text": text[:300], "found_at": at}
    )
    if not is_new:
        return False
    log.error("recon_issue", kind=kind, external_id=external_id, text=text)
    notify_staff(title="Money needs a look", body=text, at=at)
    return True

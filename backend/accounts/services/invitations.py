"""Send the invitations that are due. A mail server that fails leaves them due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from backend.accounts import mails
from backend.accounts.models import Invitation, User

log = structlog.get_logger(__name__)
BATCH_MAX = 100


def send_due(*, at: datetime, user_id: UUID | None = None) -> int:
    """Mail what is due, or only ``user_id``'s; how many went.

    A row is claimed before its mail leaves, so two workers never send one twice.
    """
    due = Invitation.objects.filter(sent_at=None)
    if user_id is not None:
        due = due.filter(user_id=user_id)
    return sum(_send(pk, at) for pk in due.values_list("pk", flat=True)[:BATCH_MAX])


def link_for(user: User) -> str:
    """The address under which ``user`` sets their first password. Good for three days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return f"{settings.SITE_URL}{path.replace('UID-KEY', key)}"


def _send(pk: UUID, at: datetime) -> bool:
    row = Invitation.objects.filter(pk=pk)
    if row.filter(sent_at=None).update(sent_at=at) != 1:
        return False
    invitation = row.select_related("user", "invited_by").get()
    context = {"invitation": invitation, "link": link_for(invitation.user)}
    try:
        mails.send("invitation", to=invitation.user.email, context=context)
    except OSError:
        log.exception("invitation_not_sent", user_id=str(invitation.user_id))
        row.update(sent_at=None)
        return False
    return True

"""What follows from allauth's own events."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_changed, password_changed, password_reset
from django.dispatch import receiver
from django.http import HttpRequest

from backend.accounts.models import User
from backend.accounts.services import sessions


@receiver([password_changed, password_reset])
def end_other_sign_ins(request: HttpRequest, user: User, **_: Any) -> None:
    """A new password ends every sign-in elsewhere made with the old one."""
    sessions.revoke_all(user_id=user.pk, keep=request.session.session_key)


@receiver(email_changed)
def follow_the_primary_email(user: User, to_email_address: Any, **_: Any) -> None:
    """Sign-in goes by the verified primary address."""
    User.objects.filter(pk=user.pk).update(email=to_email_address.email.lower())

"""What follows from allauth's own events."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import email_changed, password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from backend.accounts.announcements import EmailChanged, SessionsRevoked
from backend.accounts.consents import AT_SIGN_UP
from backend.accounts.models import Consent, Invitation, User
from backend.accounts.services import audit_log, consents, sessions
from backend.core import clock, second_factor
from backend.core.announcements import announce

_HAND = {ADDITION: "add", CHANGE: "change", DELETION: "delete"}


@receiver([password_changed, password_reset])
def end_other_sign_ins(request: HttpRequest, user: User, **_: Any) -> None:
    """A new password ends every sign-in elsewhere made with the old one."""
    sessions.revoke_all(user_id=user.pk, keep=request.session.session_key)


@receiver(password_reset)
def agree_at_the_first_password(user: User, **_: Any) -> None:
    """A reader who was invited agrees where a client does at sign-up: at their first password."""
    is_invited = Invitation.objects.filter(user=user).exists()
    if is_invited and not Consent.objects.filter(user=user).exists():
        consents.give(user=user, kinds=AT_SIGN_UP, at=clock.now())


@receiver(email_changed)
@transaction.atomic
def follow_the_primary_email(
    user: User, to_email_address: Any, from_email_address: Any = None, **_: Any
) -> None:
    """Sign-in goes by the verified primary address.

    Whoever takes over an account begins here, so money that leaves waits (``EmailChanged``); the
    old address is told by allauth's own mail, the new one by a notice. A first address, proven
    after sign-up, changes nothing.
    """
    new, at = to_email_address.email.lower(), clock.now()
    User.objects.filter(pk=user.pk).update(email=new)
    if from_email_address is None or from_email_address.email.lower() == new:
        return
    audit_log.record(actor=user, act="email.change", about=f"user:{user.pk}", at=at)
    announce(EmailChanged(user_id=user.pk, at=at))


@receiver(user_logged_out)
def close_sockets(user: User | None, **_: Any) -> None:
    """Signing out closes the person's sockets at once; pages still signed in open theirs again."""
    if user is not None:
        announce(SessionsRevoked(user_id=user.pk))


@receiver(authenticator_added)
def setting_one_up_proves_it(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Whoever has just shown the app's code or touched the key need not show it again at once."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        facts = {"id": authenticator.pk, "type": authenticator.type}
        record_authentication(request, user, second_factor.PROOF, **facts)


@receiver(post_save, sender=LogEntry)
def keep_what_was_written_by_hand(instance: LogEntry, created: bool, **_: Any) -> None:  # noqa: FBT001
    """Whatever somebody adds or changes in Django's admin is in our own log as well."""
    if not created:
        return
    kind: Any = instance.content_type
    audit_log.record(
        actor=instance.user,
        act=f"row.{_HAND[instance.action_flag]}",
        about=f"{kind.model if kind else 'row'}:{instance.object_id}"[:80],
        at=instance.action_time,
        facts={"row": instance.object_repr, "changed": instance.get_change_message()[:200]},
    )

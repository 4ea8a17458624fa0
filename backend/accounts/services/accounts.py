"""Make accounts, invite readers, freeze and thaw."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from backend.accounts import announcements
from backend.accounts.consents import AT_SIGN_UP
from backend.accounts.models import Invitation, Role, User
from backend.accounts.services import audit_log, consents, sessions
from backend.core import jobs
from backend.core.announcements import announce
from backend.core.errors import Conflict, Forbidden, InvalidInput, NotFound


class EmailTaken(Conflict):
    """Somebody has this e-mail already. Said to admins only; sign-up never tells."""

    code, title = "email_taken", "There is an account with this e-mail"


class InvitationAccepted(Conflict):
    """The reader has set a password; there is nothing left to invite to."""

    code, title = "invitation_accepted", "This reader has accepted already"


class WeakPassword(InvalidInput):
    """The password fails the house rules; ``errors`` says which."""

    code, title = "weak_password", "Choose another password"


@transaction.atomic
def register(
    *, email: str, password: str, display_name: str, at: datetime, verified: bool = False
) -> User:
    """Make a client who said they are 18. ``verified``: the e-mail needs no proof (demo, tests).

    :raises EmailTaken: the e-mail is somebody's.
    :raises WeakPassword: the password fails the house rules.
    """
    user = User(email=email.lower(), display_name=display_name, adult_confirmed_at=at)
    try:
        validate_password(password, user)
    except ValidationError as error:
        wrong = [{"field": "password", "detail": words} for words in error.messages]
        raise WeakPassword(wrong[0]["detail"], errors=wrong) from error
    user.set_password(password)
    _keep(user, verified=verified)
    consents.give(user=user, kinds=AT_SIGN_UP, at=at)
    return user


@transaction.atomic
def create_reader(*, email: str, display_name: str, invited_by: User, at: datetime) -> User:
    """Make a reader without a password and mail them a link to set one.

    The link proves the mailbox, so the e-mail counts as verified.
    :raises Forbidden: ``invited_by`` is not an admin.
    :raises EmailTaken: the e-mail is somebody's.
    """
    if not invited_by.is_admin:
        raise Forbidden("Only admins make readers.")
    user = User(email=email.lower(), display_name=display_name, role=Role.READER)
    user.set_unusable_password()
    _keep(user, verified=True)
    Invitation.objects.create(user=user, invited_by=invited_by, created_at=at)
    jobs.enqueue("backend.accounts.tasks.send_invitation", user_id=str(user.pk))
    audit_log.record(actor=invited_by, act="reader.create", about=f"user:{user.pk}", at=at)
    announce(announcements.ReaderCreated(user_id=user.pk, display_name=user.display_name, at=at))
    return user


@transaction.atomic
def invite_again(*, user_id: UUID) -> None:
    """Send the invitation once more; older links keep working until one is used.

    :raises NotFound: nobody invited this person.
    :raises InvitationAccepted: they have set a password.
    """
    invited = Invitation.objects.select_for_update().select_related("user").filter(user=user_id)
    invitation = invited.first()
    if invitation is None:
        raise NotFound
    if invitation.user.has_usable_password():
        raise InvitationAccepted
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=None)
    jobs.enqueue("backend.accounts.tasks.send_invitation", user_id=str(user_id))


@transaction.atomic
def freeze(*, user_id: UUID, at: datetime, reason: str = "") -> None:
    """Freeze an account: signed out everywhere, sockets closed, running readings end.

    Calling again changes nothing.
    :raises NotFound: there is no such user.
    """
    frozen = User.objects.filter(pk=user_id, frozen_at=None)
    if frozen.update(frozen_at=at, frozen_reason=reason[:200]) == 1:
        sessions.revoke_all(user_id=user_id)
        announce(announcements.AccountFrozen(user_id=user_id, at=at))
    elif not User.objects.filter(pk=user_id).exists():
        raise NotFound


@transaction.atomic
def thaw(*, user_id: UUID) -> None:
    """Let a frozen account sign in again.

    :raises NotFound: there is no such user.
    """
    if User.objects.filter(pk=user_id).update(frozen_at=None, frozen_reason="") != 1:
        raise NotFound


@transaction.atomic
def rename(*, user: User, display_name: str | None = None, timezone: str | None = None) -> User:
    """Change what a person may change of themselves; ``None`` leaves a field as it is."""
    if display_name is not None:
        user.display_name = display_name
    if timezone is not None:
        user.timezone = timezone
    user.save(update_fields=["display_name", "timezone"])
    return user


def _keep(user: User, *, verified: bool) -> User:
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(
                user=user, email=user.email, verified=verified, primary=True
            )
    except IntegrityError as error:
        raise EmailTaken from error
    return user

"""How sign-up, sign-in and mail of django-allauth behave here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from backend.accounts import announcements, fresh
from backend.accounts.consents import AT_SIGN_UP
from backend.accounts.services import consents
from backend.core import clock
from backend.core.announcements import announce
from backend.core.errors import Forbidden
from backend.core.requests import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import BaseForm

    from backend.accounts.models import User

UNKNOWN_ADDRESS = "::"  # a request that came over a Unix socket

log = structlog.get_logger(__name__)


class AccountIsFrozen(Forbidden):
    """The password was right, but an admin has frozen the account."""

    code, title = "account_frozen", "This account is frozen"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """E-mail accounts: clients sign themselves up, readers and admins are invited."""

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002
    ) -> User:
        """A new client with the name they typed and the moment they said they are 18."""
        super().save_user(request, user, form, commit=False)
        user.display_name = form.cleaned_data["display_name"]
        user.adult_confirmed_at = clock.now()
        if commit:
            with transaction.atomic():
                user.save()
                consents.give(user=user, kinds=AT_SIGN_UP, at=user.adult_confirmed_at)
        return user

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Refuse a frozen account with a word of its own; only its owner gets this far.

        :raises AccountIsFrozen: the account is frozen.
        """
        if user.frozen_at is not None:
            raise AccountIsFrozen("This account is frozen. Write to us if you do not know why.")
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page that this person's work begins on."""
        role: str = getattr(request.user, "role", "")
        return settings.HOME_OF_ROLE.get(role, settings.LOGIN_REDIRECT_URL)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whether the acts of ``app`` want a fresh proof of who sits there."""
        if fresh.is_let_off(getattr(self.request, "user", None)):
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that our own proxies vouch for."""
        return address_of(request) or UNKNOWN_ADDRESS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send once the sign-up has committed; a mail server that is down fails nobody's page."""
        request = context.get("request") or self.request
        values = {"request": request, "site_url": settings.SITE_URL, "email": email, **context}
        message = self.render_mail(template_prefix, email, values)

        def send() -> None:
            try:
                message.send()
            except OSError:
                log.exception("mail_not_sent", template=template_prefix)

        transaction.on_commit(send, robust=True)


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """What "sign the others out" ends."""

    @transaction.atomic
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these sign-ins and close their sockets; pages that stay open theirs again."""
        ended = list(sessions)
        super().end_sessions(ended)
        for user_id in {session.user_id for session in ended}:
            announce(announcements.SessionsRevoked(user_id=user_id))

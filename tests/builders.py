"""People and money for tests, made the way the product makes them: by its services."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.accounts.services import accounts
from backend.ledger import movements
from backend.realtime import presence
from readers.models import ReaderProfile
from readers.services import availability, profiles

PASSWORD = "a-quiet-lantern-42"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
_number = count(1)


def a_client(*, cents: int = 0, at: datetime, name: str = "") -> User:
    """A client whose wallet holds ``cents`` of cash, topped up like any other."""
    n = next(_number)
    user = accounts.register(
        email=f"client{n}@example.test",
        password=PASSWORD,
        display_name=name or f"Client {n}",
        at=at,
        verified=True,
    )
    if cents:
        top_up(user, cents, at=at)
    return user


def top_up(client: User, cents: int, *, at: datetime) -> None:
    """Credit the client's wallet as if a payment of ``cents`` had succeeded."""
    movements.top_up(
        client=client,
        amount_cents=cents,
        payment_intent_id=f"pi_{uuid4().hex}",
        about=uuid4(),
        at=at,
    )


def an_admin(*, name: str = "", second_factor: bool = True) -> User:
    """An admin who can sign in, by default with an authenticator app."""
    n = next(_number)
    admin = User.objects.create_superuser(
        f"admin{n}@example.test", PASSWORD, display_name=name or f"Admin {n}"
    )
    if second_factor:
        totp.TOTP.activate(admin, TOTP_SECRET)
    return admin


def code_of(admin: User) -> str:
    """What the admin's authenticator app shows now. allauth takes each code once."""
    own = Authenticator.objects.get(user=admin, type=Authenticator.Type.TOTP)
    return code_from(totp.decrypt(own.data["secret"]))


def code_from(secret: str) -> str:
    """What an app that was given ``secret`` shows now."""
    counter = int(time.time()) // totp.app_settings.TOTP_PERIOD
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def staff_browser(admin: User | None = None) -> Client:
    """A browser in which an admin (a new one, if none is given) has signed in."""
    browser = Client()
    browser.force_login(admin or an_admin())
    return browser


@receiver(user_logged_in, dispatch_uid="tests: the second factor of a forced sign-in")
def _show_the_second_factor(request: HttpRequest, user: User, **_: Any) -> None:
    """``force_login`` skips every step of a sign-in; whoever has a second factor showed it.

    A sign-in through the doors of the product has a method, and proves itself there.
    """
    forced = request.method is None and user.is_admin
    own = Authenticator.objects.filter(user=user).first() if forced else None
    if own is not None:
        record_authentication(request, user, "mfa", id=own.pk, type=own.type)


def a_reader(
    *,
    at: datetime,
    name: str = "",
    rates: tuple[int | None, int | None, int | None] = (150, 300, 399),
    online: bool = True,
    **fields: object,
) -> ReaderProfile:
    """A published reader; ``rates`` in cents a minute for chat, voice, video.

    ``online``: wants every kind that has a rate, with a fresh presence at ``at``.
    """
    n = next(_number)
    user = User.objects.create_user(
        f"reader{n}@example.test", PASSWORD, display_name=name or f"Reader {n}", role=Role.READER
    )
    profile = profiles.create(user=user, at=at, published=True, **fields)
    kinds = dict(zip(("chat", "voice", "video"), rates, strict=True))
    profile = profiles.set_rates(reader_id=user.pk, rates=kinds, at=at)
    if online:
        be_online(profile, at=at)
    profile.refresh_from_db()
    return profile


def be_online(profile: ReaderProfile, *, at: datetime) -> None:
    """Wish every offered kind, and beat."""
    presence.beat(profile.pk, at=at)
    wishes = dict.fromkeys(profile.kinds_offered, True)
    availability.set_wish(reader_id=profile.pk, wishes=wishes, at=at)


def api(user: User | None = None) -> APIClient:
    """An API client in this process, signed in as ``user``."""
    client = APIClient()
    if user is not None and user.is_admin:
        client.force_login(user)  # a sign-in that remembers the second factor
    elif user is not None:
        client.force_authenticate(user)
    return client


def key() -> dict[str, str]:
    """A fresh Idempotency-Key header for one request."""
    return {"HTTP_IDEMPOTENCY_KEY": uuid4().hex}

"""Acts that want a fresh sign-in: whoever finds an open browser must not move money with it.

Pages use django-allauth's ``reauthentication_required``, which asks for the password or the
second factor and then goes on with what was asked. API doors call ``demand``.
"""

from __future__ import annotations

import time
from typing import Final

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse

from backend.core.errors import Forbidden


class FreshSignInNeeded(Forbidden):
    """The last sign-in is too long ago for this act; ``reauthenticate_url`` renews it."""

    code, title = "fresh_sign_in_needed", "Sign in once more for this"


REAUTHENTICATE: Final = "account_reauthenticate"


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or proved themselves again, within five minutes."""
    if not request.user.is_authenticated:
        return False
    proofs = [proof["at"] for proof in get_authentication_records(request, request.user)]
    age = time.time() - max(proofs, default=0.0)
    return bool(age < app_settings.REAUTHENTICATION_TIMEOUT)


def demand(request: HttpRequest) -> None:
    """Go on only if the last proof of the person is less than five minutes old.

    :raises FreshSignInNeeded: it is older, or there is none.
    """
    if not is_fresh(request):
        raise FreshSignInNeeded(reauthenticate_url=reverse(REAUTHENTICATE))

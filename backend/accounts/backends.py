"""Who can be signed in. Asked again on every request, so a freeze takes effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend

if TYPE_CHECKING:
    from backend.accounts.models import User


class StandingBackend(AuthenticationBackend):  # type: ignore[misc]
    """E-mail and password, for accounts in good standing: active and not frozen."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether ``user`` may be signed in at all."""
        account: User = user
        return account.is_active and account.frozen_at is None

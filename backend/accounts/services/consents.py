"""Keep what people agreed to, with dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from backend.accounts import consents
from backend.accounts.models import Consent, User
from backend.core.errors import Refused


class NotWithdrawable(Refused):
    """This consent ends with the account only."""

    code, title = "consent_not_withdrawable", "This ends only with your account"


@transaction.atomic
def give(*, user: User, kinds: Iterable[Consent.Kind], at: datetime) -> None:
    """Note that a person agreed to the present wording. Calling again changes nothing."""
    Consent.objects.bulk_create(
        [
            Consent(user=user, kind=kind, version=consents.VERSIONS[kind], given_at=at)
            for kind in kinds
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def withdraw(*, user: User, kind: Consent.Kind, at: datetime) -> int:
    """Note that a person takes their consent back, whatever its wording; how many ended.

    :raises NotWithdrawable: an account cannot be without this one.
    """
    if kind not in consents.WITHDRAWABLE:
        raise NotWithdrawable
    return Consent.objects.filter(user=user, kind=kind, withdrawn_at=None).update(withdrawn_at=at)

"""Switch a feature on or off, for everybody or for some. Every change is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from backend.accounts import features
from backend.accounts.models import FeatureSwitch, Role, User
from backend.accounts.services import audit_log
from backend.core.errors import Forbidden, InvalidInput, NotFound

NOTE_CHARS_MAX = 200


@transaction.atomic
def switch(
    *,
    name: str,
    setting: features.Setting,
    note: str,
    by: User,
    at: datetime,
) -> FeatureSwitch:
    """Set one feature; within a few seconds every process obeys.

    :raises Forbidden: ``by`` is no admin.
    :raises NotFound: no feature of that name is registered.
    :raises InvalidInput: no note, an unknown role, or no percentage.
    """
    if not by.is_admin:
        raise Forbidden("Only admins switch features.")
    if name not in features.REGISTRY:
        raise NotFound("There is no such feature.")
    _check(setting, note)
    row, _ = FeatureSwitch.objects.update_or_create(
        name=name,
        defaults={
            "is_on": setting.is_on,
            "percent": setting.percent,
            "roles": list(setting.roles),
            "note": note.strip()[:NOTE_CHARS_MAX],
            "changed_at": at,
            "changed_by": by,
        },
    )
    audit_log.record(
        actor=by,
        act="feature.switch",
        about=f"feature:{name}",
        at=at,
        reason=note,
        facts={
            "is_on": setting.is_on,
            "percent": setting.percent,
            "roles": ", ".join(setting.roles) or "everybody",
        },
    )
    transaction.on_commit(features.forget, robust=True)
    return row


def _check(setting: features.Setting, note: str) -> None:
    if not note.strip():
        raise InvalidInput("Say why, in a few words.")
    if not 0 <= setting.percent <= 100:
        raise InvalidInput("A share of the people is a percentage.")
    if not set(setting.roles) <= _known_roles():
        raise InvalidInput("There is no such role.")


def _known_roles() -> set[str]:
    roles: Sequence[str] = Role.values
    return set(roles)

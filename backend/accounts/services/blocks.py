"""Blocks between two people. Either direction forbids a reading."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.announcements import PersonBlocked
from backend.accounts.models import Block, User
from backend.core.announcements import announce
from backend.core.errors import NotFound, Refused

BLOCKS_MAX = 1_000


class OwnAccount(Refused):
    """A person cannot block themselves."""

    code, title = "own_account", "You cannot block yourself"


class TooManyBlocks(Refused):
    """The list of blocked people is full."""

    code, title = "too_many_blocks", "Your list of blocked people is full"


@transaction.atomic
def block(*, blocker: User, blocked_id: UUID, at: datetime) -> None:
    """Keep ``blocked_id`` away from ``blocker``. Calling again changes nothing.

    Admins cannot be blocked; to the caller they look like nobody.
    :raises NotFound: there is no such person.
    :raises OwnAccount: it is oneself.
    :raises TooManyBlocks: 1,000 people are blocked already.
    """
    if blocked_id == blocker.pk:
        raise OwnAccount
    if not User.objects.filter(pk=blocked_id, is_active=True).exclude(role="admin").exists():
        raise NotFound
    if Block.objects.filter(blocker=blocker).count() >= BLOCKS_MAX:
        raise TooManyBlocks
    _, is_new = Block.objects.get_or_create(
        blocker=blocker, blocked_id=blocked_id, defaults={"created_at": at}
    )
    if is_new:
        announce(PersonBlocked(blocker.pk, blocked_id, at))


@transaction.atomic
def unblock(*, blocker: User, blocked_id: UUID) -> None:
    """Let them meet again. Calling again changes nothing."""
    Block.objects.filter(blocker=blocker, blocked_id=blocked_id).delete()

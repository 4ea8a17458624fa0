from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from backend.accounts import selectors
from backend.accounts.models import Block, User
from backend.accounts.services import blocks
from backend.core.errors import NotFound


def test_a_block_counts_in_both_directions_and_once(maya: User, otto: User, at: datetime) -> None:
    blocks.block(blocker=maya, blocked_id=otto.pk, at=at)
    blocks.block(blocker=maya, blocked_id=otto.pk, at=at)

    assert selectors.blocked_between(maya.pk, otto.pk)
    assert selectors.blocked_between(otto.pk, maya.pk)
    assert Block.objects.count() == 1


def test_unblocking_lets_people_meet_and_may_be_repeated(
    maya: User, otto: User, at: datetime
) -> None:
    blocks.block(blocker=maya, blocked_id=otto.pk, at=at)
    blocks.unblock(blocker=maya, blocked_id=otto.pk)
    blocks.unblock(blocker=maya, blocked_id=otto.pk)

    assert not selectors.blocked_between(maya.pk, otto.pk)


def test_the_blocked_person_cannot_lift_the_block(maya: User, otto: User, at: datetime) -> None:
    blocks.block(blocker=maya, blocked_id=otto.pk, at=at)
    blocks.unblock(blocker=otto, blocked_id=maya.pk)

    assert selectors.blocked_between(maya.pk, otto.pk)


def test_oneself_admins_and_nobody_cannot_be_blocked(
    maya: User, admin_user: User, at: datetime
) -> None:
    with pytest.raises(blocks.OwnAccount):
        blocks.block(blocker=maya, blocked_id=maya.pk, at=at)
    for other in (admin_user.pk, uuid4()):
        with pytest.raises(NotFound):
            blocks.block(blocker=maya, blocked_id=other, at=at)

    assert not Block.objects.exists()

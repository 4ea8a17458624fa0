"""Two people with notices."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.accounts.models import User
from backend.accounts.services import accounts
from backend.notifications import services
from backend.notifications.models import Notification


@pytest.fixture
def maya(db: None, at: datetime) -> User:
    """A client."""
    return accounts.register(
        email="maya@example.test",
        password="seven quiet candles",
        display_name="Maya",
        at=at,
        verified=True,
    )


@pytest.fixture
def otto(db: None, at: datetime) -> User:
    """Another client."""
    return accounts.register(
        email="otto@example.test",
        password="seven quiet candles",
        display_name="Otto",
        at=at,
        verified=True,
    )


@pytest.fixture
def told(maya: User, at: datetime) -> Notification:
    """Maya was told that money arrived; such news is mailed too."""
    return services.notify(
        user_id=maya.pk,
        kind="top-up-succeeded",
        title="$20.00 added <to> your wallet",
        body="You have $20.00.",
        url="/wallet/",
        at=at,
    )

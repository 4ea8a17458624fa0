"""One world for the tests that walk over all of the product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.house import world as worlds
from tests.sandbox_process import stripe_process  # noqa: F401  (one stand-in for the run)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """Built once in a module; each test looks at it inside a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)

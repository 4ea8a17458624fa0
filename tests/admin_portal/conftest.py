"""An admin, a client, and how each calls."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.accounts.services import accounts
from tests import builders


@pytest.fixture
def root(db: None) -> User:
    """An admin."""
    return builders.an_admin(name="Root")


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
def as_root(root: User) -> APIClient:
    """The admin's program."""
    return builders.api(root)


@pytest.fixture
def staff(root: User) -> Client:
    """The admin's browser."""
    return builders.staff_browser(root)

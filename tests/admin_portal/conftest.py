"""An admin, a client, and how each calls."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.accounts.services import accounts


@pytest.fixture
def root(db: None) -> User:
    """An admin."""
    return User.objects.create_user(
        "root@example.test", "x", display_name="Root", role=Role.ADMIN, is_staff=True
    )


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
    api = APIClient()
    api.force_authenticate(root)
    return api


@pytest.fixture
def staff(root: User) -> Client:
    """The admin's browser."""
    browser = Client()
    browser.force_login(root)
    return browser

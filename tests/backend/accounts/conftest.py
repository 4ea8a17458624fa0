"""People, made by the services that make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.accounts.services import accounts

PASSWORD = "seven quiet candles"


@pytest.fixture
def maya(db: None, at: datetime) -> User:
    """A client with a proven e-mail."""
    return accounts.register(
        email="maya@example.test", password=PASSWORD, display_name="Maya", at=at, verified=True
    )


@pytest.fixture
def otto(db: None, at: datetime) -> User:
    """Another client."""
    return accounts.register(
        email="otto@example.test", password=PASSWORD, display_name="Otto", at=at, verified=True
    )


@pytest.fixture
def admin_user(db: None) -> User:
    """An admin."""
    return User.objects.create_user(
        "root@example.test", PASSWORD, display_name="Root", role=Role.ADMIN, is_staff=True
    )


@pytest.fixture
def api() -> APIClient:
    """A program that calls the API."""
    return APIClient()


@pytest.fixture
def log_in(api: APIClient) -> Any:
    """Sign in over the API; gives the answer's body."""

    def sign_in(email: str = "maya@example.test", password: str = PASSWORD, **more: str) -> Any:
        body = {"email": email, "password": password, **more}
        return api.post("/api/v1/auth/login/", body)

    return sign_in

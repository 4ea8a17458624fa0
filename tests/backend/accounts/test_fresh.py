from __future__ import annotations

from typing import Any

import pytest
import time_machine
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from backend.accounts import fresh
from backend.accounts.authentication import BearerAuthentication
from backend.accounts.models import User
from backend.core.errors import Forbidden


def _asked_with(token: str) -> Request:
    plain = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    return Request(plain, authenticators=[BearerAuthentication()])


def test_a_token_is_as_fresh_as_the_sign_in_it_came_from(maya: User, log_in: Any) -> None:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
        pair = log_in().json()
        assert fresh.is_fresh(_asked_with(pair["access_token"]))

        clock.shift(301)
        stale = _asked_with(pair["access_token"])
        assert not fresh.is_fresh(stale)
        with pytest.raises(fresh.FreshSignInNeeded) as said:
            fresh.demand(stale)
        assert said.value.extra == {"reauthenticate_url": "/api/v1/auth/login/"}


def test_renewing_a_token_proves_nothing(maya: User, log_in: Any, api: APIClient) -> None:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
        pair = log_in().json()
        clock.shift(301)
        renewed = api.post("/api/v1/auth/refresh/", {"refresh_token": pair["refresh_token"]})
        assert renewed.status_code == 200
        assert not fresh.is_fresh(_asked_with(renewed.json()["access_token"]))

        again = log_in().json()
        assert fresh.is_fresh(_asked_with(again["access_token"]))


def test_a_caller_without_any_proof_is_never_fresh(maya: User) -> None:
    """A browser session that no password opened (a demo door, a test client)."""
    client = APIClient()
    client.force_login(maya)

    answer = client.post("/api/v1/users/me/erasure/", {"email": maya.email})

    assert answer.status_code == Forbidden.status
    assert answer.json()["code"] == "fresh_sign_in_needed"
    assert answer.json()["reauthenticate_url"] == "/accounts/reauthenticate/"

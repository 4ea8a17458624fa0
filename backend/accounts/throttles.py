"""The limits of the sign-in doors: a few tries for an account, more for a whole address."""

from __future__ import annotations

import hashlib
from typing import Any

from rest_framework.request import Request

from backend.core import throttles
from backend.core.requests import address_of


class AuthThrottle(throttles.ApiThrottle):
    """Counts by address and the e-mail in the body (its hash: Redis keeps no addresses).

    And by the address alone: a password takes 50 ms to compare, and whoever tries one password
    on a thousand accounts never tries any of them twice.
    """

    scope = "auth"

    def allow_request(self, request: Request, view: Any) -> bool:
        self.verdict = throttles.count("auth-address", address_of(request))
        if not self.verdict.allowed:
            return False
        body: Any = request.data
        email = str(body.get("email", "")).strip().lower()
        account = hashlib.sha256(email.encode(errors="replace")).hexdigest()[:32]
        self.verdict = throttles.count(self.scope, f"{address_of(request)}:{account}")
        request._request.rate_verdict = self.verdict  # type: ignore[attr-defined]
        return self.verdict.allowed

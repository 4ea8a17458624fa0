"""Errors of the domain. Each carries its HTTP status and a stable code that clients branch on.

They are raised by services and selectors and turned into ``application/problem+json`` (API)
or an error page (browser) in one place: ``backend.core.problems``.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A rule said no; nothing was written.

    ``extra`` are plain values added to the problem document, e.g. ``needed_cents=300``.
    """

    code = "domain_error"
    status = 422
    title = "This cannot be done"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class InvalidInput(DomainError):
    """The request is malformed: wrong type, missing field, out of bounds."""

    code, status, title = "invalid_input", 400, "The request is malformed"


class NotSignedIn(DomainError):
    """There is no valid sign-in or token."""

    code, status, title = "not_signed_in", 401, "Sign in first"


class Forbidden(DomainError):
    """You may know of this thing but not do this to it."""

    code, status, title = "forbidden", 403, "You may not do this"


class NotFound(DomainError):
    """It does not exist, or you may not know that it does."""

    code, status, title = "not_found", 404, "There is no such thing here"


class Conflict(DomainError):
    """Somebody or something was there first."""

    code, status, title = "conflict", 409, "Somebody was faster"


class IllegalMove(Conflict):
    """The thing is not in a state that leads there."""

    code, title = "illegal_move", "This is not possible any more"


class Refused(DomainError):
    """Well-formed, but a rule forbids it."""

    code, status, title = "refused", 422, "A rule forbids this"


class TooMany(DomainError):
    """A limit was reached. ``retry_after`` says in how many seconds to come back."""

    code, status, title = "too_many", 429, "Too many tries"

    def __init__(self, detail: str = "", *, retry_after: int, **extra: Any) -> None:
        super().__init__(detail, retry_after=retry_after, **extra)
        self.retry_after = retry_after


class Upstream(DomainError):
    """A service we depend on gave an answer that we cannot use."""

    code, status, title = "upstream", 502, "A service we depend on failed"


class Unavailable(DomainError):
    """A service we depend on is out of reach; trying again with the same key is safe."""

    code, status, title = "unavailable", 503, "Out of reach for a moment"

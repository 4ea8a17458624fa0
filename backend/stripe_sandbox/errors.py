"""Errors in Stripe's shape: ``{"error": {"type", "code", "message", "param", …}}``."""

from __future__ import annotations

from typing import Any, Final

DECLINED: Final = 402


class ApiError(Exception):
    """An answer that is not 200. ``kept`` says whether an idempotency key remembers it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = more.pop("kept", True)
        kind = more.pop("type", "invalid_request_error")
        optional = {"code": code, "param": param, **more}
        self.body: dict[str, Any] = {
            "error": {
                "type": kind,
                "message": message,
                **{name: value for name, value in optional.items() if value is not None},
            }
        }


def malformed(message: str, param: str, code: str) -> ApiError:
    """A 400 about one parameter. Nothing ran, so no idempotency key remembers it."""
    return ApiError(400, message, code=code, param=param, kept=False)


def refused(message: str, code: str | None = None, param: str | None = None) -> ApiError:
    """A 400 of a well-formed request that the state forbids."""
    return ApiError(400, message, code=code, param=param)


def missing(kind: str, object_id: str, param: str = "id") -> ApiError:
    """A 404 for an object that does not exist."""
    return ApiError(404, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


def card_error(message: str, code: str, decline_code: str | None, **more: Any) -> ApiError:
    """A 402: the card was refused."""
    return ApiError(402, message, code=code, decline_code=decline_code, type="card_error", **more)

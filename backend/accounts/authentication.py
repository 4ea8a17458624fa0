"""Bearer tokens for programs; browsers keep their session cookie."""

from __future__ import annotations

from typing import Any

from allauth.headless.tokens.strategies.jwt import internal
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

_SCHEME = b"bearer"
_TOKEN_BYTES_MAX = 4_096


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``, asked of the session it belongs to each time.

    So a sign-out, a replayed refresh token or a freeze ends a token before its 15 minutes.
    """

    def authenticate(self, request: Request) -> tuple[Any, dict[str, Any]] | None:
        """The user and the token's claims; ``None`` when no bearer token came.

        :raises AuthenticationFailed: the token is malformed, expired, or its sign-in has ended.
        """
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != _SCHEME:
            return None
        if len(token) > _TOKEN_BYTES_MAX or not token.isascii():
            raise AuthenticationFailed("This token is not one of ours.")
        found: tuple[Any, dict[str, Any]] | None = internal.validate_access_token(token.decode())
        if found is None:
            raise AuthenticationFailed("This token has expired or its sign-in has ended.")
        return found

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names bearer tokens."""

    target_class = "backend.accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A plain HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

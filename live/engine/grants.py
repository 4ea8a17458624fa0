"""Grants: signed by the product (or by an edge for itself), checked here without asking anybody."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any, Final, Literal

import jwt

from live.engine.errors import BadGrant

ALGORITHM: Final = "HS256"
ISSUER: Final = "soulseer"
AUDIENCE: Final = "live-engine"
CLOCK_TOLERANCE_SECONDS: Final = 1
GRANT_CHARS_MAX: Final = 2_000
Role = Literal["host", "viewer", "edge"]
ROLES: Final = ("host", "viewer", "edge")
_CLAIMS: Final = ["iss", "aud", "sub", "stream", "role", "jti", "iat", "exp"]


@dataclass(frozen=True)
class Grant:
    """Who may do what in which stream; ``expires`` is in seconds since 1970."""

    user: str
    stream: str
    role: Role
    id: str
    expires: int


def sign(*, key: str, user: str, stream: str, role: Role, issued: int, seconds: int) -> str:
    """A grant of ``role`` in ``stream``, good once between ``issued`` and ``seconds`` later."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user,
        "stream": stream,
        "role": role,
        "jti": secrets.token_urlsafe(16),
        "iat": issued,
        "exp": issued + seconds,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


class Gate:
    """Reads grants and remembers which were used until they expire.

    The memory dies with the process; what was granted before it began is refused for that reason.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._began = int(time.time())
        self._used: dict[str, int] = {}

    def read(self, token: str) -> Grant:
        """The grant in ``token``, if it is good and unused. Reading does not use it.

        :raises BadGrant: it is not.
        """
        if not token or len(token) > GRANT_CHARS_MAX:
            raise BadGrant("A grant is needed.")
        claims = self._claims(token)
        if claims["iat"] < self._began - CLOCK_TOLERANCE_SECONDS:
            raise BadGrant("This grant is older than the engine. Ask for a new one.")
        if claims["jti"] in self._used:
            raise BadGrant("This grant was used already. Ask for a new one.")
        if claims["role"] not in ROLES or not isinstance(claims["stream"], str):
            raise BadGrant("This grant says nothing we know.")
        return Grant(
            user=claims["sub"],
            stream=claims["stream"],
            role=claims["role"],
            id=claims["jti"],
            expires=claims["exp"],
        )

    def use(self, grant: Grant) -> None:
        """Let this grant never be read again.

        :raises BadGrant: of two who read it at once, the other was first.
        """
        if grant.id in self._used:
            raise BadGrant("This grant was used already. Ask for a new one.")
        self._used[grant.id] = grant.expires

    def forget_expired(self) -> None:
        """Drop the memory of grants that their date refuses by now."""
        past = time.time() - 2 * CLOCK_TOLERANCE_SECONDS
        self._used = {jti: expires for jti, expires in self._used.items() if expires > past}

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=CLOCK_TOLERANCE_SECONDS,
                options={"require": _CLAIMS},
            )
        except jwt.InvalidTokenError as error:
            raise BadGrant("This grant is not good any more, or never was.") from error

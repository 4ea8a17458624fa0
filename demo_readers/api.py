"""The public API as a program sees it: tokens, requests, tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

_TIMEOUT_SECONDS = 15.0


class SignInFailed(Exception):
    """The e-mail and password were refused."""


class Api:
    """One signed-in person. Access tokens are renewed when the server says 401.

    ``sockets_base``: where sockets are, when no proxy joins them with the pages.
    ``headers``: sent with every request.
    """

    def __init__(
        self,
        base: str,
        email: str,
        password: str,
        *,
        sockets_base: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self._sockets_base = (sockets_base or base).rstrip("/")
        self._email, self._password = email, password
        self._http = httpx.AsyncClient(
            base_url=f"{self.base}/api/v1", timeout=_TIMEOUT_SECONDS, headers=headers
        )
        self._refresh = ""

    async def sign_in(self) -> None:
        """Get a pair of tokens, as somebody whom the server does not know yet.

        :raises SignInFailed: wrong password, or too many tries.
        """
        self._http.headers.pop("Authorization", None)
        body = {"email": self._email, "password": self._password}
        answer = await self._http.post("/auth/login/", json=body)
        if answer.status_code != httpx.codes.OK:
            raise SignInFailed(f"{self._email}: {answer.status_code} {answer.text[:200]}")
        self._keep(answer.json())

    async def ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """One request; the answer's JSON.

        :raises httpx.HTTPStatusError: the server refused.
        """
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self._http.request(method, path, json=body, headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await self._renew()
            answer = await self._http.request(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def socket_url(self, room: str) -> str:
        """The address of a room's socket with a fresh single-use ticket (30 s)."""
        ticket = await self.ask("POST", "/ws-tickets/", {"room": room})
        base = self._sockets_base.replace("http", "ws", 1)
        return f"{base}/ws/v1/{room}/?ticket={ticket['ticket']}"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _renew(self) -> None:
        answer = await self._http.post("/auth/refresh/", json={"refresh_token": self._refresh})
        if answer.status_code == httpx.codes.OK:
            self._keep(answer.json())
        else:
            await self.sign_in()

    def _keep(self, pair: dict[str, Any]) -> None:
        self._refresh = pair["refresh_token"]
        self._http.headers["Authorization"] = f"Bearer {pair['access_token']}"

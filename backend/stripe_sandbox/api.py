"""The door of the API: key, parameters, idempotency, act, expansion, one transaction each."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.stripe_sandbox import (
    endpoints,
    errors,
    expansion,
    idempotency,
    parameters,
    routing,
)
from backend.stripe_sandbox.acts import accounts, agendas, files
from backend.stripe_sandbox.faults import Fault
from backend.stripe_sandbox.idempotency import Kept
from backend.stripe_sandbox.world import API_VERSION, Caller, World, caller

OK = 200
KEY_PREFIX = "sk_test_sandbox"
BODY_BYTES_MAX = 1024 * 1024
_INTERNAL = Kept(500, {"error": {"type": "api_error", "message": "Something went wrong."}})


class ConnectionLost(Exception):
    """The fault API wants the caller to hear nothing at all."""


async def answer(world: World, request: Request) -> Response:
    """Answer one API request.

    :raises ConnectionLost: a fault says so.
    """
    request_id = f"req_{secrets.token_hex(8)}"
    headers = {
        "Request-Id": request_id,
        "Stripe-Version": request.headers.get("Stripe-Version", API_VERSION),
    }
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key:
        headers["Idempotency-Key"] = key
    account = request.headers.get("Stripe-Account")
    token = caller.set(Caller(request_id, key, account))
    try:
        kept, replayed = await _answer(world, request, key)
    except errors.ApiError as error:
        kept, replayed = Kept(error.status, error.body), False
    finally:
        caller.reset(token)
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if kept.body.get("garbage"):
        return Response("<html>502 Bad", 200, headers, media_type="application/json")
    return JSONResponse(kept.body, kept.status, headers)


async def _answer(world: World, request: Request, key: str | None) -> tuple[Kept, bool]:
    _check_key(request)
    line = f"{request.method} {request.url.path}"
    if line == "POST /v1/files":
        return await _keep_file(world, request), False
    raw = (await request.body()).decode("utf-8", "replace")
    if len(raw) > BODY_BYTES_MAX:
        raise errors.ApiError(413, "Request body too large.", kept=False)
    scope = hashlib.sha256(
        f"{request.headers['Authorization']}{caller.get().account}".encode()
    ).hexdigest()
    _check_account(world)
    fault = world.faults.take(line)
    if key:
        known = idempotency.begin(world, scope, key, f"{line}\n{raw}")
        if known:
            await _after(fault)  # a line that breaks breaks for a replay too
            return known, True
    text = raw if request.method == "POST" else request.url.query
    memory = _Memory(world, scope, key, line)
    try:
        await _before(fault)
        kept, keep = _run(world, request.method, request.url.path, text)
        broken = fault is not None and fault.kind == "500_after"
        first = broken and routing.CORE not in line
        memory.keep(_INTERNAL if first else kept, worth=keep or broken)
        kept = _INTERNAL if broken else kept
        await _after(fault)
    except _Stored as stored:
        kept = stored.kept
        memory.keep(kept, worth=True)
    finally:
        memory.close()
    if fault and fault.kind == "garbage_json":
        return Kept(200, {"garbage": True}), False
    return kept, False


class _Memory:
    """What an idempotency key remembers of one request; without a key, nothing."""

    def __init__(self, world: World, scope: str, key: str | None, line: str) -> None:
        self.world, self.scope, self.key, self.line = world, scope, key, line

    def keep(self, answer: Kept, *, worth: bool) -> None:
        """The first API repeats its failures; the second one finishes what had failed."""
        retried = routing.CORE in self.line and answer.status != OK
        if self.key and worth and not retried:
            idempotency.finish(self.world, self.scope, self.key, answer)
            self.key = None

    def close(self) -> None:
        """Free a key that nothing was kept for."""
        if self.key:
            idempotency.release(self.world, self.scope, self.key)


class _Stored(Exception):
    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.kept = kept


def _check_key(request: Request) -> None:
    given = request.headers.get("Authorization", "")
    if not given.startswith(f"Bearer {KEY_PREFIX}"):
        raise errors.ApiError(401, "Invalid API Key provided.", code="api_key_invalid", kept=False)


def _check_account(world: World) -> None:
    account = caller.get().account
    if account:
        accounts.need(world, account)


async def _keep_file(world: World, request: Request) -> Kept:
    """A form with a file; Stripe takes it at another address, so no fault or key is meant."""
    async with request.form(max_files=1, max_part_size=BODY_BYTES_MAX) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise errors.malformed("Missing required param: file.", "file", "parameter_missing")
        content = await upload.read()
        purpose, name = str(form.get("purpose", "")), upload.filename or "file"
    with world.store.transaction():
        return Kept(200, files.keep(world, purpose=purpose, name=name, content=content))


def _run(world: World, method: str, path: str, text: str) -> tuple[Kept, bool]:
    """The answer, and whether an idempotency key keeps it."""
    found = endpoints.find(method, path)
    if found is None:
        message = f"Unrecognized request URL ({method}: {path})."
        error = errors.malformed(message, path, "parameter_unknown")
        return Kept(error.status, error.body), False
    endpoint, parts = found
    try:
        is_json = method == "POST" and path.startswith(routing.CORE)
        raw = parameters.decode_json(text) if is_json else parameters.decode(text)
        asked = parameters.check(raw, endpoint.spec, endpoint.required)
        paths: list[str] = asked.pop("expand", [])
        return Kept(200, _act(world, endpoint, asked, parts, paths)), True
    except errors.ApiError as error:
        return Kept(error.status, error.body), error.kept


def _act(
    world: World,
    endpoint: routing.Endpoint,
    asked: dict[str, Any],
    parts: dict[str, str],
    paths: list[str],
) -> dict[str, Any]:
    refusal = None
    agendas.run_due(world)
    with world.store.transaction():
        try:
            body = endpoint.act(world, asked, **parts)
        except errors.ApiError as error:
            if error.status != errors.DECLINED:
                raise
            refusal = error  # a declined card is a fact: what was written about it stays
            refusal.body = expansion.present(world, refusal.body, [])
    if refusal:
        raise refusal
    return expansion.present(world, body, paths)


async def _before(fault: Fault | None) -> None:
    match fault and fault.kind:
        case "500_before":
            raise _Stored(_INTERNAL)
        case "429":
            raise errors.ApiError(429, "Too many requests.", code="rate_limit", kept=False)
        case "409":
            raise errors.ApiError(409, "Lock timeout.", code="lock_timeout", kept=False)
        case "409_in_progress":
            raise idempotency.in_progress("…")
        case "slow":
            await asyncio.sleep(fault.lasts() if fault else 0)
        case "hang_before":
            await asyncio.sleep(fault.lasts() if fault else 0)
            raise ConnectionLost
        case "reset":
            raise ConnectionLost


async def _after(fault: Fault | None) -> None:
    match fault and fault.kind:
        case "hang_after":
            await asyncio.sleep(fault.lasts() if fault else 0)
            raise ConnectionLost
        case "reset_after":
            raise ConnectionLost

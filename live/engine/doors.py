"""HTTP of the engine: WHIP to publish, WHEP to watch, DELETE to leave, and how it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.engine import measurements
from live.engine.engine import Engine, Opened
from live.engine.errors import BadGrant, EngineError, TooLarge, TooSlow, WrongType
from live.engine.offers import OFFER_BYTES_MAX

log = structlog.get_logger(__name__)
SDP: Final = "application/sdp"
PROBLEM: Final = "application/problem+json"
PREFLIGHT_SECONDS: Final = 7_200
OFFER_SECONDS_MAX: Final = 10
_UNCACHED: Final = {"Cache-Control": "no-store"}
Opener = Callable[..., Awaitable[Opened]]


def application(engine: Engine) -> Starlette:
    """The ASGI application of one engine."""
    registered = measurements.registry(engine)

    async def leave(request: Request) -> Response:
        await engine.leave(request.path_params["resource"])
        return Response(status_code=HTTPStatus.OK)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_UNCACHED)

    async def stats(_: Request) -> Response:
        return JSONResponse(measurements.stats(engine), headers=_UNCACHED)

    async def metrics(_: Request) -> Response:
        return Response(measurements.exposition(registered), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/whip/{stream:uuid}", _opener(engine, engine.publish), methods=["POST"]),
            Route("/whep/{stream:uuid}", _opener(engine, engine.watch), methods=["POST"]),
            Route("/resource/{resource}", leave, methods=["DELETE"]),
            Route("/healthz", healthz),
            Route("/stats", stats),
            Route("/metrics", metrics),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=list(engine.config.origins),
                allow_methods=["POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=["Location", "Retry-After"],
                max_age=PREFLIGHT_SECONDS,
            )
        ],
        exception_handlers={
            EngineError: _refusal(engine),
            HTTPException: _http_error,
            ClientDisconnect: _gone,
            Exception: _failure,
        },
    )


def _opener(engine: Engine, opens: Opener) -> Callable[[Request], Awaitable[Response]]:
    """The door of WHIP or WHEP."""

    async def door(request: Request) -> Response:
        token = _bearer(request)
        engine.gate.read(token)  # a stranger's body is not waited for
        sdp = await _offer(request)
        resource, answer = await opens(
            stream=str(request.path_params["stream"]), token=token, sdp=sdp
        )
        place = f"{engine.config.public_url}/resource/{resource}"
        headers = {"Location": place, **_UNCACHED}
        return Response(answer, HTTPStatus.CREATED, headers=headers, media_type=SDP)

    return door


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadGrant("A grant is needed.")
    return token.strip()


async def _offer(request: Request) -> str:
    """The body, if it is SDP, not too long, and all here soon."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        raise WrongType(f"Send the offer as {SDP}.")
    body = bytearray()
    try:
        async with asyncio.timeout(OFFER_SECONDS_MAX):
            async for part in request.stream():
                body += part
                if len(body) > OFFER_BYTES_MAX:
                    raise TooLarge(f"An offer has at most {OFFER_BYTES_MAX} bytes.")
    except TimeoutError as error:
        raise TooSlow(f"An offer is sent within {OFFER_SECONDS_MAX} seconds.") from error
    return body.decode(errors="replace")


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """An error as a problem document (RFC 9457)."""
    title = HTTPStatus(status).phrase
    told = {"title": title, "status": status, "code": code, "detail": detail or title}
    return JSONResponse(told, status, headers=_UNCACHED, media_type=PROBLEM)


def _refusal(engine: Engine) -> Callable[[Request, Any], Awaitable[Response]]:
    async def answer(_: Request, error: EngineError) -> Response:
        engine.totals.refusals += 1
        response = problem(error.status, error.code, str(error))
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    return answer


async def _http_error(_: Request, error: Any) -> Response:
    response = problem(error.status_code, HTTPStatus(error.status_code).name.lower(), "")
    response.headers.update(error.headers or {})
    return response


async def _gone(_: Request, __: Any) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _failure(_: Request, error: Any) -> Response:
    log.error("engine_door_failed", error=repr(error))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "")

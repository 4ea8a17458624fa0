"""Why the engine says no. Each error carries its HTTP status and a stable code."""

from __future__ import annotations

from typing import Final

FULL_RETRY_SECONDS: Final = 5


class EngineError(Exception):
    """A request that the engine does not serve; nothing was opened."""

    status = 400
    code = "engine_error"
    retry_after: int | None = None


class BadGrant(EngineError):
    """No grant, or one that is expired, used, foreign, or older than this process."""

    status, code = 401, "bad_grant"


class WrongGrant(EngineError):
    """A good grant for another role or another stream."""

    status, code = 403, "wrong_grant"


class Denied(EngineError):
    """This person was put out of the room, or the stream is over."""

    status, code = 403, "denied"


class BadOffer(EngineError):
    """The SDP is malformed, or offers neither VP8 nor Opus."""

    status, code = 400, "bad_offer"


class TooLarge(EngineError):
    """The body is longer than any honest offer."""

    status, code = 413, "too_large"


class TooSlow(EngineError):
    """The body did not come."""

    status, code = 408, "too_slow"


class WrongType(EngineError):
    """The body is not ``application/sdp``."""

    status, code = 415, "wrong_type"


class NoSuchResource(EngineError):
    """Nothing is open under that address (any more)."""

    status, code = 404, "no_such_resource"


class Full(EngineError):
    """The room, the process or the machine has no room for one more."""

    status, code = 503, "full"
    retry_after = FULL_RETRY_SECONDS

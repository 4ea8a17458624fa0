"""Frames of a page on their way in: from text to a known type, or a refusal with a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from backend.realtime import frames
from backend.realtime.frames import Nothing, Said
from backend.realtime.limits import Limit

FRAME_BYTES_MAX: Final = 64 * 1024
_ID_CHARS_MAX: Final = 64
_EMPTY: Final[dict[str, Any]] = {}
Handler = Callable[[Any, Any], Awaitable[None]]


class FrameRefused(Exception):
    """``code`` is stable; ``ref`` is the frame's own id, when it had one."""

    def __init__(self, code: str, detail: str, ref: str | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.ref = code, detail, ref


@dataclass(frozen=True)
class Rule:
    """How one type of frame is taken. Without a handler it is relayed to the other side."""

    kind: str
    shape: type[Said]
    limit: Limit | None
    handler: Handler | None = None

    @cached_property
    def wire_name(self) -> bytes:
        """``kind`` as it is written into a frame."""
        return self.kind.encode()

    @cached_property
    def check(self) -> Callable[[Any], object]:
        """Raises InvalidInput for content of another shape."""
        return frames.checker(self.shape)


def receives(
    kind: str, shape: type[Said] = Nothing, limit: Limit | None = None
) -> Callable[[Handler], Handler]:
    """Mark a coroutine method of a socket as the handler of frames of type ``kind``."""

    def mark(handler: Handler) -> Handler:
        handler.rule = Rule(kind, shape, limit, handler)  # type: ignore[attr-defined]
        return handler

    return mark


def opened(said: bytes | str | None) -> tuple[str, str | None, Any]:
    """Type, id and content of a frame ``{"type", "id"?, "data"?}``.

    :raises FrameRefused: it is none, or larger than 64 KiB.
    """
    if said is None:
        raise FrameRefused("malformed", "Only text frames are understood.")
    if len(said) * 4 > FRAME_BYTES_MAX and _bytes_in(said) > FRAME_BYTES_MAX:
        raise FrameRefused("frame_too_large", "A frame holds at most 64 KiB.")
    try:
        frame = orjson.loads(said)
        kind, ref, content = frame.pop("type"), frame.pop("id", None), frame.pop("data", _EMPTY)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise FrameRefused("malformed", "A frame is {type, id?, data?}.") from None
    if frame or type(kind) is not str:
        raise FrameRefused("malformed", "A frame is {type, id?, data?}.")
    if ref is not None and (type(ref) is not str or len(ref) > _ID_CHARS_MAX):
        raise FrameRefused("malformed", "The id of a frame is a short text.")
    return kind, ref, content


def _bytes_in(said: bytes | str) -> int:
    return len(said) if isinstance(said, bytes) else len(said.encode("utf-8", "surrogatepass"))

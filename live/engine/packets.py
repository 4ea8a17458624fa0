"""RTP on the wire: the header that viewers get, and what starts a picture."""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = struct.Struct("!BBHII")
HEADER_BYTES: Final = HEADER.size
VERSION: Final = 0x80
SEQUENCES: Final = 1 << 16
TIMESTAMPS: Final = 1 << 32

# RFC 7741 §4.2: the payload descriptor of VP8.
_EXTENDED, _START, _PARTITION = 0x80, 0x10, 0x07
_PICTURE_ID, _TL0, _TID_OR_KEY = 0x80, 0x40, 0x30
_LONG_PICTURE_ID = 0x80
_NOT_KEY = 0x01


def starts_keyframe(payload: bytes) -> bool:
    """Whether this VP8 payload is the first packet of a keyframe."""
    if len(payload) < 2 or not payload[0] & _START or payload[0] & _PARTITION:
        return False
    at = 1
    if payload[0] & _EXTENDED:
        flags, at = payload[1], 2
        if flags & _PICTURE_ID:
            at += 2 if len(payload) > at and payload[at] & _LONG_PICTURE_ID else 1
        at += bool(flags & _TL0) + bool(flags & _TID_OR_KEY)
    return len(payload) > at and not payload[at] & _NOT_KEY


def difference(later: int, earlier: int) -> int:
    """How far ``later`` is ahead of ``earlier`` among 16-bit sequence numbers, -32768..32767."""
    return ((later - earlier + SEQUENCES // 2) % SEQUENCES) - SEQUENCES // 2

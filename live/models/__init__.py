"""Rows of readings, of live rooms and of gifts."""

from __future__ import annotations

from live.models.faults import FaultCheck, Withheld
from live.models.gifts import Gift, GiftKind, GiftLimit
from live.models.happenings import SessionEvent
from live.models.readings import (
    KEY_CHARS_MAX,
    QUESTION_CHARS_MAX,
    TEXT_CHARS_MAX,
    ChatMessage,
    FreeSecondsClaim,
    QualitySample,
    ReadingSession,
    Segment,
)
from live.models.streams import (
    OWN_WORD_CHARS_MAX,
    OWN_WORDS_MAX,
    STREAM_KEY_CHARS_MAX,
    STREAM_TEXT_CHARS_MAX,
    RaisedHand,
    Stream,
    StreamInvitation,
    StreamMessage,
    StreamModerator,
    StreamPass,
    StreamReminder,
    StreamReport,
    StreamSilence,
)

__all__ = [
    "KEY_CHARS_MAX",
    "OWN_WORDS_MAX",
    "OWN_WORD_CHARS_MAX",
    "QUESTION_CHARS_MAX",
    "STREAM_KEY_CHARS_MAX",
    "STREAM_TEXT_CHARS_MAX",
    "TEXT_CHARS_MAX",
    "ChatMessage",
    "FaultCheck",
    "FreeSecondsClaim",
    "Gift",
    "GiftKind",
    "GiftLimit",
    "QualitySample",
    "RaisedHand",
    "ReadingSession",
    "Segment",
    "SessionEvent",
    "Stream",
    "StreamInvitation",
    "StreamMessage",
    "StreamModerator",
    "StreamPass",
    "StreamReminder",
    "StreamReport",
    "StreamSilence",
    "Withheld",
]

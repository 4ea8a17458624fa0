"""What the outside tells us by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class OutsideEvent:
    """One thing that the service says has happened; a hint, never the truth.

    ``account``: the reader's account that it happened to, empty for our own.
    """

    id: str
    type: str
    object_id: str
    livemode: bool
    at: datetime
    payload: dict[str, Any]
    account: str = ""


class WebhookVerifier(Protocol):
    """Whatever knows that a webhook is genuine."""

    def verify(self, body: bytes, signature: str, *, at: datetime) -> OutsideEvent:
        """The event in a signed body.

        :raises SignatureRefused: unsigned, badly signed, too old, or from the future.
        """

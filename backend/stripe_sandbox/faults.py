"""Ordered misbehaviour: what the fault API asks for, and how webhooks go wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from backend.stripe_sandbox.errors import malformed

Kind = Literal[
    "500_before",
    "500_after",
    "hang_before",
    "hang_after",
    "reset",
    "reset_after",
    "429",
    "409",
    "409_in_progress",
    "slow",
    "garbage_json",
]
KINDS = get_args(Kind)
HANG_SECONDS = 120.0
SLOW_SECONDS = 2.0


@dataclass
class Fault:
    """Do ``kind`` to the next ``times`` requests whose "METHOD /path" contains ``match``."""

    match: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0

    def lasts(self) -> float:
        """How long it hangs or dawdles, in seconds."""
        return self.seconds or (SLOW_SECONDS if self.kind == "slow" else HANG_SECONDS)


@dataclass
class Faults:
    """The faults still to come, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def order(self, asked: dict[str, Any]) -> Fault:
        """Add one.

        :raises ApiError: 400, it is not a fault we know.
        """
        unknown = asked.keys() - {"match", "kind", "times", "seconds"}
        if unknown or asked.get("kind") not in KINDS:
            raise malformed(f"kind must be one of {KINDS}.", "kind", "parameter_unknown")
        fault = Fault(
            match=str(asked.get("match", "")),
            kind=asked["kind"],
            times=int(asked.get("times", 1)),
            seconds=float(asked.get("seconds", 0)),
        )
        self.waiting.append(fault)
        return fault

    def take(self, request_line: str) -> Fault | None:
        """The fault for this request, counted down."""
        for fault in self.waiting:
            if fault.match in request_line:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget them all."""
        self.waiting.clear()


@dataclass
class WebhookModes:
    """How deliveries go wrong from now on; the defaults are a well-behaved courier."""

    duplicate: int = 1  # send each event this many times
    reorder: bool = False  # newest first
    delay: float = 0.0  # seconds before the first try
    drop_every: int = 0  # lose every k-th event for good, unlisted as failed
    secret: str = ""  # sign with this instead
    timestamp_offset: int = 0  # seconds added to the signature's time
    stopped: bool = False  # deliver nothing, keep the queue
    only: str = ""  # the modes above hold for event types that begin with this

    def hold_for(self, event: dict[str, Any]) -> bool:
        """Whether the modes mean this event."""
        return str(event["type"]).startswith(self.only)

    def delay_of(self, event: dict[str, Any]) -> float:
        """Seconds before the first try."""
        return self.delay if self.hold_for(event) else 0.0

    def change(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Set the named modes; the state of all of them comes back.

        :raises ApiError: 400, there is no such mode.
        """
        known = asdict(self)
        for name, value in asked.items():
            if name not in known:
                raise malformed(f"Received unknown parameter: {name}", name, "parameter_unknown")
            setattr(self, name, type(known[name])(value))
        return asdict(self)

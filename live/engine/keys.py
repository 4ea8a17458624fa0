"""The names in Redis that the engine shares with the product, before its prefix."""

from __future__ import annotations

from typing import Final

PROCESSES: Final = ("engine", "processes")  # a set of ids, the dead among them
ORDERS: Final = ("engine", "orders")  # a channel
EVERYBODY: Final = "*"  # on a deny list: the stream is over


def process_key(process_id: str) -> tuple[str, str, str]:
    """One process' beat: JSON, gone seconds after the process."""
    return ("engine", "process", process_id)


def rooms_key(process_id: str) -> tuple[str, str, str]:
    """One process' rooms: a hash of JSON by stream, gone with the process."""
    return ("engine", "rooms", process_id)


def denied_key(stream: str) -> tuple[str, str, str]:
    """One stream's deny list: a set of user ids, or ``EVERYBODY``."""
    return ("engine", "denied", stream)

"""What one engine process is told when it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

GRANT_KEY_BYTES_MIN: Final = 32


@dataclass(frozen=True)
class Config:
    """Everything an engine process knows about its surroundings.

    ``public_url`` is how browsers and other engines reach this very process. ``bitrate`` is in
    bit/s. ``bind_addresses`` empty means every address of the machine but loopback.
    """

    process_id: str
    grant_key: str = field(repr=False)
    public_url: str
    redis_url: str = field(repr=False)
    redis_prefix: str
    host: str = "127.0.0.1"
    port: int = 8002
    origins: Sequence[str] = ()
    room_viewers_max: int = 400
    process_viewers_max: int = 400
    bind_addresses: Sequence[str] = ()
    nat_address: str = ""
    bitrate: int = 1_500_000
    lag_ms_max: float = 20.0

    def __post_init__(self) -> None:
        if len(self.grant_key) < GRANT_KEY_BYTES_MIN:
            raise ValueError(f"ENGINE_GRANT_KEY needs at least {GRANT_KEY_BYTES_MIN} characters.")

    @property
    def is_on_loopback(self) -> bool:
        """Whether media goes over this machine's loopback only (development, tests)."""
        bound = [ip_address(address) for address in self.bind_addresses]
        return bool(bound) and all(address.is_loopback for address in bound)

    def key(self, *parts: object) -> str:
        """A Redis key or channel under the product's prefix."""
        return ":".join([self.redis_prefix, *map(str, parts)])

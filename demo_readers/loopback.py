"""Connections on one machine: aioice leaves loopback out, and there may be nothing else."""

from __future__ import annotations

import aioice.ice

_plain_addresses = aioice.ice.get_host_addresses


def _with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001
    return [*_plain_addresses(use_ipv4, False), "127.0.0.1"]


def offer_it() -> None:
    """From now on every connection of this process offers 127.0.0.1 too."""
    aioice.ice.get_host_addresses = _with_loopback

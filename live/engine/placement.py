"""Which process carries a room: every asker gets the same answer without anybody deciding."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def ranked(stream: str, processes: Iterable[str]) -> list[str]:
    """Ids of processes, the room's first choice first (rendezvous hashing).

    A process that comes or goes moves only the rooms that it wins or held.
    """

    def weight(candidate: str) -> bytes:
        return hashlib.blake2b(f"{candidate}\n{stream}".encode(), digest_size=8).digest()

    return sorted(processes, key=weight, reverse=True)

"""Counting RTP in many sockets by ``drain.c``."""

from __future__ import annotations

import ctypes
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_STREAMS: Final = 2
_REST_BYTES: Final = 1 << 18
_HEAD: Final = struct.Struct("=HH")


class _Seen(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("ssrc", "first", "highest")),
        *((name, ctypes.c_int64) for name in ("packets", "octets")),
    ]


class _Tally(ctypes.Structure):
    _fields_ = [("streams", _Seen * _STREAMS)]


@dataclass(frozen=True)
class Counted:
    """What all sockets together were sent. ``silent``: sockets that heard nothing at all."""

    packets: int
    expected: int
    octets: int
    silent: int

    def since(self, before: Counted) -> Counted:
        """What came between then and now; of the silent ones, those of now."""
        return Counted(
            self.packets - before.packets,
            self.expected - before.expected,
            self.octets - before.octets,
            self.silent,
        )


class Drain:
    """At most ``places`` sockets, emptied together."""

    def __init__(self, places: int) -> None:
        self._sockets = (ctypes.c_int * places)()
        self._tallies = (_Tally * places)()
        self._rest = ctypes.create_string_buffer(_REST_BYTES)
        self._used = 0

    def add(self, socket: int) -> int:
        """Empty this one too, a file descriptor; its index."""
        self._sockets[self._used] = socket
        self._used += 1
        return self._used - 1

    def empty(self) -> Iterator[tuple[int, bytes]]:
        """Take what has come; each datagram that is not RTP, with its socket's index."""
        end = _library().drain(
            self._sockets, self._used, self._tallies, self._rest, len(self._rest)
        )
        at, view = 0, memoryview(self._rest)
        while at < end:
            index, size = _HEAD.unpack_from(view, at)
            at += _HEAD.size
            yield index, bytes(view[at : at + size])
            at += size

    def counted(self) -> Counted:
        """Sums over all sockets since they were added."""
        tallies: list[Any] = [self._tallies[n] for n in range(self._used)]
        streams = [s for tally in tallies for s in tally.streams if s.packets]
        return Counted(
            packets=sum(s.packets for s in streams),
            expected=sum(s.highest - s.first + 1 for s in streams),
            octets=sum(s.octets for s in streams),
            silent=sum(not tally.streams[0].packets for tally in tallies),
        )


@cache
def _library() -> Any:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("The stream bench needs a C compiler (Debian: apt-get install gcc).")
    built = Path(tempfile.mkdtemp(prefix="soulseer-drain-")) / "drain.so"
    source = str(Path(__file__).with_name("drain.c"))
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(built), source], check=True)
    return ctypes.CDLL(str(built))

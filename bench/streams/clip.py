"""Ten seconds of picture and sound, encoded once and sent again and again for next to nothing."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from aiortc import MediaStreamTrack

WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 10
VIDEO_BITS, AUDIO_BITS = 830_000, 32_000
_SAMPLE_RATE, _SAMPLES = 48_000, 960
_BLOCK: Final = 8
_KEPT: Final = "BENCH_CLIP"


class Replay(MediaStreamTrack):
    """Plays encoded packets in real time, round and round. ``restart`` begins with a keyframe."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._packets = _picture() if kind == "video" else _sound()
        self._every = Fraction(1, FPS) if kind == "video" else Fraction(_SAMPLES, _SAMPLE_RATE)
        self._number = self._place = 0
        self._began = time.monotonic()

    async def recv(self) -> Any:
        """The next packet, when it is due."""
        due = self._began + float(self._number * self._every)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        packet = av.Packet(self._packets[self._place % len(self._packets)])
        packet.pts, packet.time_base = self._number, self._every
        self._number += 1
        self._place += 1
        return packet

    def restart(self) -> None:
        """What a real encoder does when it is asked for a keyframe."""
        self._place = 0


@contextmanager
def kept() -> Iterator[None]:
    """For the length of the block the loads need not encode: the picture lies in a file."""
    with tempfile.TemporaryDirectory(prefix="soulseer-clip-") as folder:
        path = Path(folder) / "picture.json"
        path.write_text(json.dumps([packet.hex() for packet in _picture()]))
        os.environ[_KEPT] = str(path)
        yield
        del os.environ[_KEPT]


@cache
def _picture() -> list[bytes]:
    """VP8, one keyframe at the beginning; kept in a file or encoded now."""
    if _KEPT in os.environ:
        packets = json.loads(Path(os.environ[_KEPT]).read_text())
        return [bytes.fromhex(packet) for packet in packets]
    return _encoded()


def _encoded() -> list[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.bit_rate, encoder.gop_size = VIDEO_BITS, FPS * SECONDS
    rate = str(VIDEO_BITS)
    encoder.options = {
        "deadline": "realtime",
        "cpu-used": "-6",  # below zero: the same speed, so the same bytes, on a busy machine too
        "lag-in-frames": "0",
        "minrate": rate,
        "maxrate": rate,
        "bufsize": str(VIDEO_BITS // 2),
    }
    encoded = [bytes(p) for frame in _moving() for p in encoder.encode(frame)]
    return [*encoded, *(bytes(p) for p in encoder.encode(None))]


def _moving() -> Iterator[av.VideoFrame]:
    """Blocks of noise that drift in a circle, so that there is always something to encode."""
    noise = np.random.default_rng(4).integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8)
    drawn = noise.repeat(_BLOCK, 0).repeat(_BLOCK, 1)
    for number in range(FPS * SECONDS):
        turn = 2 * np.pi * number / (FPS * SECONDS)
        x, y = int(800 + 780 * np.cos(turn)), int(800 + 780 * np.sin(turn))
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        planes[:HEIGHT] = drawn[y : y + HEIGHT, x : x + WIDTH]
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = number
        yield frame


@cache
def _sound() -> list[bytes]:
    """Opus, 20 ms a packet, a soft tone."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = _SAMPLE_RATE, "stereo", "s16"
    encoder.bit_rate, encoder.time_base = AUDIO_BITS, Fraction(1, _SAMPLE_RATE)
    encoder.options = {"application": "voip", "frame_duration": "20"}
    at = np.arange(_SAMPLE_RATE * SECONDS) / _SAMPLE_RATE
    tone = (4_000 * np.sin(2 * np.pi * 220 * at) * (1 + np.sin(at))).astype(np.int16)
    encoded: list[bytes] = []
    for number, start in enumerate(range(0, len(tone), _SAMPLES)):
        both = np.repeat(tone[start : start + _SAMPLES], 2)[np.newaxis, :]
        frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = _SAMPLE_RATE, number * _SAMPLES
        encoded += [bytes(p) for p in encoder.encode(frame)]
    return encoded

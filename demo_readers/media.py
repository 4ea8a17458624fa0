"""Sound and picture of an automated reader: a spoken line or a melody, a moving star field."""

from __future__ import annotations

import asyncio
import fractions
import io
import math
import random
import shutil
import subprocess
import time
import wave
from datetime import UTC, datetime

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import AUDIO_PTIME, VIDEO_CLOCK_RATE, VIDEO_TIME_BASE
from av import AudioFrame, VideoFrame
from PIL import Image, ImageDraw, ImageFont

RATE = 48_000
SAMPLES = int(RATE * AUDIO_PTIME)
WIDTH, HEIGHT, FPS = 480, 360, 12
_MELODY = (440.0, 523.25, 659.25, 587.33, 493.88, 440.0, 392.0, 329.63)
_NOTE_SECONDS = 0.6
_LOUDNESS = 6_000
_STARS = 90
_ESPEAK_TIMEOUT = 10


def voice_samples(words: str) -> np.ndarray:
    """One loop of sound at 48 kHz, int16 mono: ``words`` spoken by espeak-ng, else a melody."""
    return _spoken(words) if shutil.which("espeak-ng") else _melody()


class Voice(MediaStreamTrack):
    """Plays one loop of samples in real time, 20 ms a frame."""

    kind = "audio"

    def __init__(self, samples: np.ndarray) -> None:
        super().__init__()
        whole = len(samples) // SAMPLES * SAMPLES
        self._rounds = samples[:whole].reshape(-1, SAMPLES)
        self._frames, self._start = 0, time.monotonic()

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when it is due."""
        await _due(self._start + self._frames * AUDIO_PTIME)
        samples = self._rounds[self._frames % len(self._rounds)]
        frame = AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, self._frames * SAMPLES
        frame.time_base = fractions.Fraction(1, RATE)
        self._frames += 1
        return frame


class Sky(MediaStreamTrack):
    """A star field that drifts, with the reader's name and the time."""

    kind = "video"
    frames_per_second = FPS

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._frames, self._start = name, 0, time.monotonic()
        chance = random.Random(name)  # noqa: S311  (a pattern of stars, not a secret)
        self._stars = [
            (chance.random() * WIDTH, chance.random() * HEIGHT, chance.random())
            for _ in range(_STARS)
        ]
        self._font = ImageFont.load_default(22)

    async def recv(self) -> VideoFrame:
        """The next picture, when it is due."""
        await _due(self._start + self._frames / FPS)
        frame = VideoFrame.from_image(self._painted(self._frames / FPS))
        frame.pts = self._frames * VIDEO_CLOCK_RATE // FPS
        frame.time_base = VIDEO_TIME_BASE
        self._frames += 1
        return frame

    def _painted(self, seconds: float) -> Image.Image:
        picture = Image.new("RGB", (WIDTH, HEIGHT), (14, 8, 16))
        pen = ImageDraw.Draw(picture)
        pen.ellipse((WIDTH - 190, 40, WIDTH - 50, 180), fill=(255, 143, 200))
        pen.ellipse((WIDTH - 155, 25, WIDTH - 15, 165), fill=(14, 8, 16))
        for x, y, depth in self._stars:
            at = (x + seconds * (6 + 26 * depth)) % WIDTH
            size, light = 1 + depth * 2, int(120 + 120 * depth)
            pen.ellipse((at, y, at + size, y + size), fill=(light, light, light))
        clock = datetime.now(UTC).strftime("%H:%M:%S UTC")
        pen.text((24, HEIGHT - 74), self._name, font=self._font, fill=(250, 244, 248))
        pen.text((24, HEIGHT - 44), clock, font=self._font, fill=(246, 223, 169))
        return picture


async def _due(at: float) -> None:
    await asyncio.sleep(max(0.0, at - time.monotonic()))


def _spoken(words: str) -> np.ndarray:
    spoken = subprocess.run(
        ["espeak-ng", "-s", "140", "--stdout", words],
        capture_output=True,
        check=False,
        timeout=_ESPEAK_TIMEOUT,
    )
    try:
        with wave.open(io.BytesIO(spoken.stdout)) as sound:
            rate, raw = sound.getframerate(), sound.readframes(1 << 24)
    except (wave.Error, EOFError):
        return _melody()
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype=np.int16)
    if len(samples) < rate:
        return _melody()
    steps = np.arange(0, len(samples) - 1, rate / RATE)
    resampled = np.interp(steps, np.arange(len(samples)), samples)
    return np.concatenate([resampled, np.zeros(RATE)]).astype(np.int16)


def _melody() -> np.ndarray:
    length = int(RATE * _NOTE_SECONDS)
    at = np.arange(length) / RATE
    swell = np.sin(math.pi * np.arange(length) / length)
    notes = [swell * np.sin(2 * math.pi * pitch * at) for pitch in _MELODY]
    return (np.concatenate(notes) * _LOUDNESS).astype(np.int16)

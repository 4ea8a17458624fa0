"""Levels and words of a connection, and what is believed of a page's figures."""

from __future__ import annotations

import pytest

from live import quality
from live.quality import Stats


@pytest.mark.parametrize(
    ("rtt_ms", "loss_pct", "level"),
    [(40, 0.0, 4), (151, 0.0, 3), (40, 1.5, 3), (301, 0.0, 2), (40, 8.0, 2), (900, 30.0, 1)],
)
def test_the_level_falls_with_delay_and_loss(rtt_ms: int, loss_pct: float, level: int) -> None:
    assert quality.level_of(Stats(rtt_ms=rtt_ms, loss_pct=loss_pct), up=True) == level


def test_no_connection_is_level_zero() -> None:
    assert quality.level_of(Stats(rtt_ms=10), up=False) == 0


def test_words_name_whose_connection_is_weak() -> None:
    assert quality.in_words(4, 4, "Ana") == "Good"
    assert quality.in_words(3, 4, "Ana") == "Fair"
    assert quality.in_words(4, 2, "Ana") == "Ana's connection is weak"
    assert quality.in_words(1, 4, "Ana") == "Your connection is very weak"
    assert quality.in_words(4, 0, "Ana") == "Ana is away"
    assert quality.in_words(0, 4, "Ana") == "You are not connected"


@pytest.mark.parametrize("nonsense", [-1, float("nan"), float("inf"), "12", True, None, 1e30, []])
def test_nonsense_figures_are_not_believed(nonsense: object) -> None:
    assert quality.read({"rtt_ms": nonsense, "loss_pct": nonsense}) == Stats()


def test_known_figures_are_read() -> None:
    said = {"rtt_ms": 12.4, "loss_pct": 0.5, "kbps_in": 800, "audio_level": 0.3, "frames": 30}
    read = quality.read({**said, "user_id": "somebody else"})
    assert read == Stats(12, 0.5, 800, None, 0.3, 30)

from __future__ import annotations

from demo_readers import lines


def test_one_gift_is_thanked_by_name() -> None:
    assert lines.thanks([("Maya", "Rose")]) == "Thank you, Maya, for the Rose."


def test_a_combo_is_thanked_once_and_everybody_is_named() -> None:
    given = [("Maya", "Rose"), ("Maya", "Rose"), ("Anonymous", "Comet"), ("Maya", "Candle")]

    assert lines.thanks(given) == (
        "Thank you, Maya, for the Rose and the Candle; Anonymous, for the Comet."
    )

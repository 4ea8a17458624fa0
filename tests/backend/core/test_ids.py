from __future__ import annotations

import time

from backend.core.ids import uuid7


def test_ids_are_version_7_of_the_standard_variant() -> None:
    made = uuid7()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_say_when_they_were_born() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert before <= made.int >> 80 <= after


def test_ids_are_never_the_same() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000

"""The model that judges the meter: it lets pass what is right, and nothing else."""

from __future__ import annotations

import pytest

from tests.worst_day.model import Stretch, Witness, judge


def side(*spans: tuple[int, int]) -> Witness:
    """Somebody who talks and beats every five seconds within each of these spans."""
    witness = Witness()
    for began, ended in spans:
        witness.look(is_talking=True, at=began)
        for at in range(began, ended + 1, 5):
            witness.beat(at)
        witness.look(is_talking=False, at=ended)
    return witness


@pytest.mark.parametrize(
    ("client", "reader", "billed_s", "given_away_s"),
    [
        (side((0, 60)), side((0, 60)), 60, 0),
        (side((0, 64)), side((0, 60)), 60, 0),  # what only one of them did is nobody's to pay
        (side((0, 64)), side((0, 64)), 60, 4),  # up to the last beat of each
        (side((0, 20), (30, 60)), side((0, 60)), 60, -10),  # a silence of ten is bridged
    ],
)
def test_what_is_billed_rightly_passes(
    client: Witness, reader: Witness, billed_s: int, given_away_s: float
) -> None:
    (verdict,) = judge(client, reader, [Stretch(0, 60, billed_s)])

    assert verdict.too_much_s <= 0
    assert verdict.given_away_s == given_away_s


def test_a_silence_that_is_billed_is_seen() -> None:
    """A tick that settles to now, and not to the last beat of both, bills what nobody proved."""
    (verdict,) = judge(side((0, 20)), side((0, 60)), [Stretch(0, 60, 60)])

    assert verdict.too_much_s == 40


def test_talk_that_was_not_billed_is_seen() -> None:
    (verdict,) = judge(side((0, 60)), side((0, 60)), [Stretch(0, 30, 30)])

    assert verdict.given_away_s == 30


def test_a_stretch_that_is_missing_is_given_away_by_the_one_before() -> None:
    spans = (0, 20), (40, 60)

    verdicts = judge(side(*spans), side(*spans), [Stretch(0, 20, 20)])

    assert [verdict.given_away_s for verdict in verdicts] == [20]

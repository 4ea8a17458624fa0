from __future__ import annotations

import pytest

from backend.core import spreadsheets


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "\u00a0=1", "\u2003\t@A1"],
)
def test_words_are_never_a_formula(words: str) -> None:
    assert spreadsheets.text(words) == f"'{words}"


def test_amounts_stay_numbers_and_quotes_stay_in_their_cell() -> None:
    cells: list[str | int] = [spreadsheets.text('Ana "A", reader'), spreadsheets.amount(-1_250), 3]

    answer = spreadsheets.download("x.csv", ["Who", "Amount", "n"], [cells])

    assert answer.content.decode() == 'Who,Amount,n\r\n"Ana ""A"", reader",-12.50,3\r\n'

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import figures
from bench.figures import Figure

FAST = Figure("B1", "settled", "sessions/s", 25_123.4, 2_412.77, "pgbench", ">= 10 times", True)
ALONE = Figure("B10", "lonely", "ms", 5.0, None, "absent", "< 1 ms", False, note="no peer here")


def test_a_row_has_what_the_design_asks_for() -> None:
    row = FAST.row()

    assert set(row) == {
        *("id", "figure", "unit", "ours", "peer", "peer_name", "ratio", "goal", "met", "at")
    }
    assert (row["ours"], row["peer"], row["ratio"]) == (25_120, 2_413, 10.41)


def test_an_absent_peer_has_no_ratio() -> None:
    assert (ALONE.row()["peer"], ALONE.row()["ratio"]) == (None, None)


def test_a_run_replaces_its_own_rows_and_keeps_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LATEST", tmp_path / "results" / "latest.json")
    figures.keep([ALONE.row()], ["B10"])
    figures.keep([FAST.row(), FAST.row()], ["B1"])
    figures.keep([FAST.row()], ["B1"])

    kept = json.loads(figures.LATEST.read_text())
    assert [row["id"] for row in kept] == ["B1", "B10"]


def test_the_table_says_what_was_not_reached_and_why() -> None:
    table = figures.table([FAST.row(), ALONE.row()])

    assert "25,120 sessions/s  2,413 (pgbench)  10.41  >= 10 times  yes" in table
    assert "absent" in table
    assert "NO" in table
    assert "B10 lonely: no peer here" in table


def test_benches_are_found_by_their_names() -> None:
    assert bench._modules()["B1"] == "bench.b1_billing"
    assert next(iter(bench._modules())) == "B1"


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["B77"]) == 2
    assert "No such bench: B77" in capsys.readouterr().out

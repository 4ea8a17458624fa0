"""What a bench measures, and how it is written down (design: figures to reach)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

LATEST: Final = Path(__file__).parent / "results" / "latest.json"
_COLUMNS: Final = ("id", "figure", "ours", "peer", "ratio", "goal", "met")


@dataclass(frozen=True)
class Figure:
    """One measured number beside its peer, in ``unit``. ``goal`` says what ``met`` compares."""

    id: str
    figure: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str
    goal: str
    met: bool
    note: str = ""

    def row(self) -> dict[str, Any]:
        """The figure as it is stored; ``ratio`` is ours divided by the peer's."""
        row = asdict(self)
        note = row.pop("note")
        row["ours"] = _short(self.ours)
        row["peer"] = None if self.peer is None else _short(self.peer)
        row["ratio"] = _short(self.ours / self.peer) if self.peer else None
        row["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        return row | ({"note": note} if note else {})


def keep(rows: Sequence[dict[str, Any]], ids: Iterable[str]) -> None:
    """Write ``rows`` to ``results/latest.json`` in place of what was there for ``ids``."""
    replaced = set(ids)
    known = json.loads(LATEST.read_text()) if LATEST.exists() else []
    kept = [row for row in known if row["id"] not in replaced]
    LATEST.parent.mkdir(exist_ok=True)
    in_order = sorted([*kept, *rows], key=lambda row: int(row["id"][1:]))
    LATEST.write_text(json.dumps(in_order, indent=1, ensure_ascii=False) + "\n")


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a table for people, notes below."""
    cells = [[_cell(row, column) for column in _COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *cells, strict=True)]
    lines = [
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in [list(_COLUMNS), ["-" * width for width in widths], *cells]
    ]
    notes = [f"{row['id']} {row['figure']}: {row['note']}" for row in rows if row.get("note")]
    return "\n".join(lines + (["", *notes] if notes else []))


def _cell(row: dict[str, Any], column: str) -> str:
    value = row[column]
    if column == "ours":
        return f"{value:,} {row['unit']}"
    if column == "peer":
        return row["peer_name"] if value is None else f"{value:,} ({row['peer_name']})"
    if column == "met":
        return "yes" if value else "NO"
    return "" if value is None else str(value)


def _short(value: float) -> float:
    """Four significant digits: more would be noise."""
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded

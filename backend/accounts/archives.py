"""Write everything we keep of one person into a ZIP: JSON for programs, pages for people.

Rows are streamed from the database into the file, a few at a time, so a history of ten years
needs no more memory than one of a day.
"""

from __future__ import annotations

import html
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Final
from uuid import UUID

import orjson
from django.template.loader import render_to_string

from backend.accounts.models import User
from backend.core import privacy

SPOOL_BYTES: Final = 1024 * 1024


def write(user: User, target: IO[bytes], *, at: datetime) -> None:
    """Write the archive of ``user`` into ``target``, an open file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        counts = [(part, _part(archive, part, user.pk)) for part in privacy.parts()]
        index = render_to_string(
            "accounts/archive.html", {"person": user, "at": at, "counts": counts}
        )
        archive.writestr("index.html", index)


def _part(archive: zipfile.ZipFile, part: privacy.Part, user_id: UUID) -> int:
    """One part as JSON and as a page; how many rows it has."""
    rows = 0
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as page:
        page.write(_head(part).encode())
        with archive.open(f"{part.slug}.json", "w", force_zip64=True) as made:
            made.write(b"[")
            for row in part.rows(user_id):
                made.write(b",\n" if rows else b"\n")
                made.write(orjson.dumps(dict(row), default=str))
                page.write("".join(_shown(row)).encode())
                rows += 1
            made.write(b"\n]\n")
        page.write(b"</body></html>\n")
        page.seek(0)
        with archive.open(f"{part.slug}.html", "w", force_zip64=True) as copied:
            shutil.copyfileobj(page, copied)
    return rows


def _head(part: privacy.Part) -> str:
    title, words = html.escape(part.title), html.escape(part.words)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body>"
        f'<p><a href="index.html">Everything</a></p><h1>{title}</h1><p>{words}</p>\n'
    )


def _shown(row: privacy.Row) -> Iterator[str]:
    """A row as a list of terms; what is empty is left out."""
    yield "<hr><dl>"
    for name, value in row.items():
        if value not in (None, "", [], {}):
            term = html.escape(name.replace("_", " "))
            yield f"<dt>{term}</dt><dd>{html.escape(_words(value))}</dd>"
    yield "</dl>\n"


def _words(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, list | tuple):
        return ", ".join(_words(inner) for inner in value)
    return str(value)

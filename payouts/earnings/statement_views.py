"""Statements to keep: ``/earnings/statements/``, a month as PDF or CSV, a year for taxes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from backend.core import clock, documents, spreadsheets
from backend.core.errors import NotFound
from backend.core.requests import signed_in
from payouts.earnings import selectors, statements

_KEPT_BY_NOBODY: Final = "no-store, private"


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """GET /earnings/statements/ : every year with its months."""
    reader = selectors.earner(signed_in(request))
    context = {"years": statements.years_of(reader, clock.now())}
    return render(request, "payouts/statements.html", context)


@login_required
@require_GET
def month_pdf(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """GET /earnings/statements/2026-11.pdf

    :raises DocumentsUnavailable: this machine cannot make PDFs.
    """
    reader, at = selectors.earner(signed_in(request)), clock.now()
    statement = statements.month_of(reader, year, month, at)
    is_long = len(statement.lines) > statements.PDF_LINES_MAX
    context = {
        "statement": statement,
        "days": statements.days_of(statement) if is_long else None,
        "at": at,
        "is_over": statement.month.replace(day=1) < at.date().replace(day=1),
    }
    made = documents.pdf("documents/statement.html", context)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="soulseer-{year}-{month:02d}.pdf"'
    answer["Cache-Control"] = _KEPT_BY_NOBODY
    return answer


@login_required
@require_GET
def month_csv(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """GET /earnings/statements/2026-11.csv : every line."""
    reader = selectors.earner(signed_in(request))
    statement = statements.month_of(reader, year, month, clock.now())
    rows = statements.rows_of_month(statement)
    return _table(f"soulseer-{year}-{month:02d}.csv", statements.MONTH_HEADS, rows)


@login_required
@require_GET
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    """GET /earnings/statements/2026.csv : one row for each month, for taxes."""
    reader = selectors.earner(signed_in(request))
    found = [y for y in statements.years_of(reader, clock.now()) if y.year == year]
    if not found:
        raise NotFound("Nothing was earned in that year.")
    rows = statements.rows_of_year(found[0])
    return _table(f"soulseer-{year}.csv", statements.YEAR_HEADS, rows)


def _table(name: str, heads: statements.Row, rows: Iterable[statements.Row]) -> HttpResponse:
    answer = spreadsheets.download(name, heads, rows)
    answer["Cache-Control"] = _KEPT_BY_NOBODY
    return answer

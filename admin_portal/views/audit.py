"""Staff pages: what staff did, who, when and why. To read and to take along, never to change."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from admin_portal.cursors import page_of
from admin_portal.forms import AuditForm
from admin_portal.gate import for_admins
from admin_portal.words import page_of_thing
from backend.accounts import audit
from backend.accounts.audit import AuditFilter
from backend.accounts.models import AuditEntry
from backend.core import spreadsheets

CSV_ROWS_MAX: Final = 50_000
CSV_CHUNK: Final = 1_000
_COLUMNS: Final = ("at", "act", "about", "by", "reason", "facts")


@for_admins
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """GET /staff/audit/?act=&who=&about=&since=&until=&before=<id> : newest first."""
    form = AuditForm(request.GET)
    page = page_of(request, audit.entries(_asked(form)))
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {
        "form": form,
        "entries": [(entry, page_of_thing(entry.about)) for entry in page.rows],
        "older": page.older,
        "acts": audit.acts_known(),
        "query": asked.urlencode(),
    }
    return render(request, "admin_portal/audit.html", context)


@for_admins
@require_GET
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """GET /staff/audit.csv?... : the same lines as a file, the newest 50,000 at most."""
    found = audit.entries(_asked(AuditForm(request.GET)))[:CSV_ROWS_MAX]
    answer = StreamingHttpResponse(
        _lines(found.iterator(chunk_size=CSV_CHUNK)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="soulseer-audit.csv"'
    return answer


def _asked(form: AuditForm) -> AuditFilter:
    return AuditFilter(**form.cleaned_data) if form.is_valid() else AuditFilter()


class _Echo:
    """What ``csv`` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for entry in entries:
        facts = "; ".join(f"{name}={value}" for name, value in entry.facts.items())
        by = entry.actor.email if entry.actor else "SoulSeer"
        row = (entry.at.isoformat(), entry.act, entry.about, by, entry.reason, facts)
        yield writer.writerow([spreadsheets.text(cell) for cell in row])

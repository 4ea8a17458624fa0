from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry, User
from backend.accounts.services import audit_log
from live.models import GiftKind

PAGE = "/staff/audit/"
pytestmark = pytest.mark.django_db


def _lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


def test_what_staff_do_is_in_the_log_with_who_and_why(staff: Client, maya: User) -> None:
    staff.post(f"/staff/people/{maya.pk}/freeze/", {"reason": "card testing"})
    staff.post(f"/staff/people/{maya.pk}/thaw/")
    staff.post("/staff/readers/new/", {"email": "ana@example.test", "display_name": "Ana"})
    ana = User.objects.get(email="ana@example.test")
    staff.post(f"/staff/people/{ana.pk}/invite/")

    acts = list(AuditEntry.objects.order_by("id").values_list("act", "about"))
    assert acts == [
        ("account.freeze", f"user:{maya.pk}"),
        ("account.thaw", f"user:{maya.pk}"),
        ("reader.create", f"user:{ana.pk}"),
        ("reader.invite_again", f"user:{ana.pk}"),
    ]
    shown = staff.get(PAGE).content.decode()
    assert all(words in shown for words in ("account.freeze", "card testing", "Root"))
    about_maya = _lines(staff.get(f"/staff/audit.csv?about={maya.pk}"))
    assert [line[1] for line in about_maya[1:]] == ["account.thaw", "account.freeze"]


def test_what_is_written_in_the_row_browser_is_in_the_log(staff: Client) -> None:
    kind = GiftKind.objects.get(code="candle")
    form = {
        "name": "Candle", "price_cents": "250", "art": kind.art, "animation": kind.animation,
        "position": kind.position, "is_offered": "on",
    }  # fmt: skip
    answer = staff.post(f"/django-admin/live/giftkind/{kind.pk}/change/", form)

    assert answer.status_code == 302
    line = AuditEntry.objects.get()
    assert (line.act, line.about) == ("row.change", f"giftkind:{kind.pk}")
    assert "price_cents" in line.facts["changed"]


def test_lines_are_filtered_and_paged(staff: Client, root: User, at: datetime) -> None:
    for n in range(52):
        audit_log.record(
            actor=root if n % 2 else None,
            act="thing.look" if n else "thing.open",
            about=f"thing:{n}",
            at=at + timedelta(days=n),
            reason="=1+1" if n == 51 else "",
        )

    def shown(query: str) -> int:
        return staff.get(f"{PAGE}?{query}").content.decode().count('<tr id="act-')

    assert [shown(query) for query in ("act=thing.open", "who=root", "about=thing")] == [1, 26, 50]
    assert shown("since=2026-03-03&until=2026-03-04") == 2
    assert shown("since=yesterday&before=x") == 50
    oldest = AuditEntry.objects.order_by("id")[2]
    assert shown(f"before={oldest.pk}") == 2
    assert any("'=1+1" in line for line in _lines(staff.get("/staff/audit.csv")))

"""Reports between people: one open of each pair, decided once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from backend.accounts.models import Report, ReportState, User
from backend.accounts.services import reports
from backend.core.errors import DomainError, Forbidden, IllegalMove, InvalidInput, NotFound
from tests import builders


@pytest.fixture
def two(db: None, at: datetime) -> tuple[User, User]:
    """A client and the reader they tell of."""
    return builders.a_client(at=at), builders.a_reader(at=at, online=False).user


def _send(reporter: User, about: User, at: datetime, **more: str) -> Report:
    said = {"reason": "rude", "words": "She shouted.", **more}
    return reports.send(reporter=reporter, about_id=about.pk, at=at, **said)


def test_a_pair_has_one_open_report_and_another_after_a_decision(
    two: tuple[User, User], at: datetime
) -> None:
    first = _send(*two, at)
    assert _send(*two, at, reason="fraud") == first
    assert _send(two[1], two[0], at) != first, "the other way round is another pair"
    reports.decide(
        report_id=first.pk,
        to=ReportState.DISMISSED,
        by=builders.an_admin(),
        reason="Nothing in it.",
        at=at,
    )
    assert _send(*two, at) != first


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "hair"},
        {"reason": "other", "words": " "},
        {"place": "kitchen:1"},
        {"place": "session:1"},
        {"place": f"user:{uuid4()}"},
    ],
)
def test_what_says_nothing_is_refused(
    two: tuple[User, User], at: datetime, said: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        _send(*two, at, **said)
    assert not Report.objects.exists()


def test_nobody_reports_themselves_or_staff_or_nobody(two: tuple[User, User], at: datetime) -> None:
    with pytest.raises(reports.OwnReport):
        _send(two[0], two[0], at)
    with pytest.raises(NotFound):
        _send(two[0], builders.an_admin(), at)
    with pytest.raises(NotFound):
        reports.send(reporter=two[0], about_id=uuid4(), reason="rude", at=at)
    assert not Report.objects.exists()


def test_only_an_admin_decides_with_a_reason(two: tuple[User, User], at: datetime) -> None:
    report = _send(*two, at)
    asked = {"report_id": report.pk, "to": ReportState.WARNED, "at": at}
    with pytest.raises(Forbidden):
        reports.decide(by=two[0], reason="Mine.", **asked)
    admin = builders.an_admin()
    for wrong in ({"reason": " "}, {"reason": "x", "to": ReportState.OPEN}):
        with pytest.raises(InvalidInput):
            reports.decide(by=admin, **{**asked, **wrong})
    with pytest.raises(NotFound):
        reports.decide(by=admin, reason="x", **{**asked, "report_id": uuid4()})
    report.refresh_from_db()
    assert report.state == ReportState.OPEN


@pytest.mark.django_db(transaction=True)
def test_at_once_one_report_is_kept_and_one_decision_wins(at: datetime) -> None:
    reporter, about = builders.a_client(at=at), builders.a_client(at=at)
    sent = _at_once(*[lambda: _send(reporter, about, at)] * 3)
    assert sent == ["done"] * 3
    report = Report.objects.get()

    admins = [builders.an_admin() for _ in range(2)]
    ends = _at_once(
        *[
            lambda by=by, to=to: reports.decide(
                report_id=report.pk, to=to, by=by, reason="Seen.", at=at
            )
            for by, to in zip(admins, (ReportState.WARNED, ReportState.DISMISSED), strict=True)
        ]
    )
    assert ends == [IllegalMove.__name__, "done"]


def _at_once(*acts: Callable[[], object]) -> list[str]:
    line = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            line.wait(10)
            act()
        except DomainError as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))

"""The calendar file, line by line (RFC 5545)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from uuid import UUID

import pytest

from live.streams.calendars import Entry, file_of
from tests.conftest import NOON

ENTRY = Entry(
    id=UUID(int=7),
    title="Moon; stars, and\nmore \\ less",
    host="Ana",
    url="https://soulseer.test/live/7/",
    starts_at=(NOON + timedelta(hours=8)).astimezone(timezone(timedelta(hours=5))),
    ends_at=NOON + timedelta(hours=9),
    changed_at=NOON,
    number=3,
)


def lines(entry: Entry = ENTRY) -> list[str]:
    text = file_of(entry, site="soulseer.test", at=NOON + timedelta(minutes=1)).decode()
    return text.replace("\r\n ", "").split("\r\n")


def test_it_is_one_event_in_utc_that_updates_itself() -> None:
    found = dict(line.split(":", 1) for line in lines() if ":" in line)

    assert (lines()[0], lines()[-2], lines()[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert found["UID"] == f"{UUID(int=7)}@soulseer.test"
    assert found["DTSTART"] == "20260302T200000Z"
    assert found["DTEND"] == "20260302T210000Z"
    assert found["DTSTAMP"] == "20260302T120100Z"
    assert found["LAST-MODIFIED"] == "20260302T120000Z"
    assert (found["SEQUENCE"], found["STATUS"]) == ("3", "CONFIRMED")
    assert found["VERSION"] == "2.0"
    assert "PRODID" in found


def test_what_would_end_a_value_is_escaped() -> None:
    assert "SUMMARY:Moon\\; stars\\, and\\nmore \\\\ less" in lines()


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut() -> None:
    long = replace(ENTRY, title="Луна и звёзды 🌙 " * 12)
    octets = file_of(long, site="soulseer.test", at=NOON).split(b"\r\n")

    assert max(len(line) for line in octets) <= 75
    assert f"SUMMARY:{long.title}" in lines(long)
    assert [line.decode() for line in octets]


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_nothing_in_a_title_makes_a_line_of_its_own(ends: str) -> None:
    sly = replace(ENTRY, title=f"x{ends}ATTENDEE:mailto:a@b.test")

    text = file_of(sly, site="soulseer.test", at=ENTRY.changed_at).decode()
    assert not [line for line in text.splitlines() if line.startswith("ATTENDEE")]


def test_a_cancelled_one_says_so() -> None:
    assert "STATUS:CANCELLED" in lines(replace(ENTRY, is_cancelled=True))

"""A receipt says when each minute began, and shows the pauses between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.accounts.models import User
from live.models import ReadingSession, Segment
from live.selectors import Receipt, ReceiptLine
from live.templatetags import receipts

EIGHT = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def a_receipt(
    lines: list[tuple[int, int, int]], stretches: list[tuple[int, int]], cause: str = "client"
) -> Receipt:
    """``lines``: (from second, to second, cents); ``stretches``: (start, end) after eight."""
    session = ReadingSession(
        billable_s=lines[-1][1] if lines else 0,
        client=User(display_name="Maya Lindgren"),
        reader=User(display_name="Ana Belmonte"),
    )
    segments = [
        Segment(
            n=n,
            started_at=EIGHT + timedelta(seconds=start),
            ended_at=EIGHT + timedelta(seconds=end),
            billed_s=end - start,
        )
        for n, (start, end) in enumerate(stretches, 1)
    ]
    return Receipt(
        session=session,
        role="client",
        lines=[
            ReceiptLine(EIGHT, first, last, cents, cents * 7 // 10) for first, last, cents in lines
        ],
        credits=[],
        stretches=segments,
        cause=cause,
        cause_words="Ended by the client",
        total_cents=sum(cents for *_, cents in lines),
        reader_cents=0,
        platform_cents=0,
        released_cents=0,
        refunded_cents=0,
        free_s=0,
    )


def test_each_minute_has_its_number_and_the_instant_at_which_it_began() -> None:
    receipt = a_receipt([(0, 60, 399), (60, 120, 399), (120, 140, 133)], [(0, 140)])

    rows = receipts.minute_rows(receipt)

    assert [row.words for row in rows] == ["Minute 1", "Minute 2", "20 s"]
    assert [row.began for row in rows] == [EIGHT + timedelta(seconds=s) for s in (0, 60, 120)]
    assert [row.cents for row in rows] == [399, 399, 133]


def test_a_pause_is_shown_between_the_minutes_that_it_parted() -> None:
    receipt = a_receipt([(0, 30, 199), (30, 60, 200)], [(0, 30), (61, 91)])

    first, pause, second = receipts.minute_rows(receipt)

    assert pause.pause_s == 31
    assert first.pause_s is None
    assert second.began == EIGHT + timedelta(seconds=61)


def test_minutes_posted_together_are_one_row() -> None:
    receipt = a_receipt([(0, 180, 1_197)], [(0, 180)])

    assert [row.words for row in receipts.minute_rows(receipt)] == ["Minutes 1 to 3"]


def test_the_end_is_told_to_each_of_the_two_in_their_own_words() -> None:
    receipt = a_receipt([(0, 60, 399)], [(0, 60)])

    assert receipts.ending_in_words(receipt, "client") == "You ended the reading after 1 min."
    told = receipts.ending_in_words(receipt, "reader")
    assert told == "Maya Lindgren ended the reading after 1 min."


def test_a_reading_that_never_ran_says_only_why() -> None:
    receipt = a_receipt([], [], cause="declined")

    assert receipts.ending_in_words(receipt, "client") == "Ended by the client"
    assert receipts.minute_rows(receipt) == []


def test_names_and_numbers_are_short() -> None:
    assert receipts.first_name("Maya Lindgren") == "Maya"
    assert receipts.receipt_number(UUID("019f2c41-ab00-7000-8000-00d9a67f09fc")) == "A67F-09FC"

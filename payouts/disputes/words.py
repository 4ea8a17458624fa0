"""What both sides of a case read. Short and exact; who bears what is said plainly."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.core.templatetags.money import money
from payouts.dispute_states import Outcome

_NUMBERS: Final = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six"),
    *("Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
)


def to_client(*, outcome: str, cents: int, minutes: int | None, n: int, is_all: bool) -> str:
    """``Two minutes came back, $7.98. The rest of the reading stands. You may appeal once.``"""
    if outcome == Outcome.REJECT:
        said = "Nothing comes back: the reading stands as you paid it."
        return (
            f"{said} {_next_step(n)}" if n == 1 else f"The first decision stands. {_next_step(n)}"
        )
    rest = "" if is_all else " The rest of the reading stands."
    return f"{_what_came_back(outcome, cents, minutes)}.{rest} {_next_step(n)}"


def to_reader(*, outcome: str, cents: int, borne_cents: int, n: int, is_all: bool) -> str:
    """``$7.98 went back to the client, $5.58 of it from your earnings. …``"""
    if outcome == Outcome.REJECT:
        return f"The reading stands, and what was frozen of it is yours again. {_next_step(n)}"
    share = f"{money(borne_cents)} of it from your earnings" if borne_cents else "none of it yours"
    went = f"{money(cents)} went back to the client, {share}."
    if is_all and borne_cents:
        return f"{went} {_next_step(n)}"
    return f"{went} What was frozen beside it is yours again. {_next_step(n)}"


def opened_to_client(due_at: datetime) -> tuple[str, str]:
    """Title and body of the notice that a case has arrived."""
    return "Your case has arrived", f"Both sides can add to it. {answer_by(due_at)}"


def opened_to_reader(frozen_cents: int) -> tuple[str, str]:
    """Title and body of the notice that a reading is looked at."""
    waits = f"{money(frozen_cents)} of it waits until then; nothing is taken yet."
    body = waits if frozen_cents else "Nothing of your earnings is held."
    return "A client asked us to look at a reading", f"You can say how it was. {body}"


def appealed_to_other(due_at: datetime) -> tuple[str, str]:
    """Title and body of the notice that the other side appealed."""
    return "The decision was appealed", f"We look again, for the last time. {answer_by(due_at)}"


def answer_by(due_at: datetime) -> str:
    """``We answer by 17 November, 20:15 UTC at the latest.``"""
    return f"We answer by {due_at.day} {due_at:%B, %H:%M} UTC at the latest."


def minutes_in_words(minutes: int) -> str:
    """``1`` -> ``One minute``, ``2`` -> ``Two minutes``, ``40`` -> ``40 minutes``."""
    number = _NUMBERS[minutes] if minutes < len(_NUMBERS) else str(minutes)
    return f"{number} minute{'' if minutes == 1 else 's'}"


def _what_came_back(outcome: str, cents: int, minutes: int | None) -> str:
    if outcome == Outcome.MINUTES and minutes:
        return f"{minutes_in_words(minutes)} came back, {money(cents)}"
    if outcome == Outcome.FULL:
        return f"All that was left of it came back, {money(cents)}"
    return f"{money(cents)} came back"


def _next_step(n: int) -> str:
    return "You may appeal once." if n == 1 else "This is final."

"""What staff pages say above everything else, and the doors beside it."""

from __future__ import annotations

from django import template
from django.core.checks import CheckMessage, run_checks

from admin_portal import doors, words
from payouts.chargebacks.words import reason_in_words

register = template.Library()


@register.simple_tag
def diagnoses() -> list[CheckMessage]:
    """What somebody should put right: ``msg`` says what is wrong, ``hint`` what to do."""
    return run_checks(tags=["diagnostics"])


@register.simple_tag
def doors_at(path: str) -> list[tuple[str, list[doors.Opened]]]:
    """The staff's doors in their groups, as a page at ``path`` shows them."""
    return doors.opened(path)


@register.filter
def percent(bps: int) -> str:
    """Hundredths of a percent: ``1234`` -> ``12.3%``."""
    return f"{bps / 100:.1f}%"


@register.filter
def why_unpaid(code: str) -> str:
    """The code of why a reader was not paid, in the words of staff."""
    return words.why_unpaid(code)


@register.filter
def spaced(name: str) -> str:
    """The name of a figure as words: ``size_mb`` -> ``size mb``."""
    return name.replace("_", " ")


@register.filter
def told(figure: object) -> str:
    """A figure as people read it: booleans as yes and no, nothing as a dash."""
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    return "none" if figure is None else str(figure)


@register.filter
def bank_reason(reason: str) -> str:
    """A bank's reason in words."""
    return reason_in_words(reason)

"""What staff pages say above everything else, and the doors beside it."""

from __future__ import annotations

from django import template
from django.core.checks import CheckMessage, run_checks

from admin_portal import doors

register = template.Library()


@register.simple_tag
def diagnoses() -> list[CheckMessage]:
    """What somebody should put right: ``msg`` says what is wrong, ``hint`` what to do."""
    return run_checks(tags=["diagnostics"])


@register.simple_tag
def doors_at(path: str) -> list[tuple[str, list[doors.Opened]]]:
    """The staff's doors in their groups, as a page at ``path`` shows them."""
    return doors.opened(path)

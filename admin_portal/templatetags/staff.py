"""What staff pages say above everything else."""

from __future__ import annotations

from django import template
from django.core.checks import CheckMessage, run_checks

register = template.Library()


@register.simple_tag
def diagnoses() -> list[CheckMessage]:
    """What somebody should put right: ``msg`` says what is wrong, ``hint`` what to do."""
    return run_checks(tags=["diagnostics"])

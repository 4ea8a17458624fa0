"""Money and time in words, the same everywhere: ``{% load money %}``."""

from __future__ import annotations

from django import template

register = template.Library()

_MINUS = "\N{MINUS SIGN}"


@register.filter
def money(cents: int | None) -> str:
    """``399`` -> ``$3.99``, ``-5`` -> a minus sign and ``$0.05``, ``None`` -> nothing."""
    if cents is None:
        return ""
    sign = _MINUS if cents < 0 else ""
    whole, part = divmod(abs(int(cents)), 100)
    return f"{sign}${whole:,}.{part:02d}"


@register.filter
def dollars(cents: int | None) -> str:
    """``4990`` -> ``49.90``, as it stands in a field; ``None`` -> nothing."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


@register.filter
def signed_money(cents: int) -> str:
    """``500`` -> ``+$5.00``, ``-500`` -> a minus sign and ``$5.00``."""
    return money(cents) if cents < 0 else f"+{money(cents)}"


@register.filter
def clock(seconds: int | None) -> str:
    """``761`` -> ``12:41``; an hour reads ``1:00:00``."""
    minutes, rest = divmod(max(0, int(seconds or 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


@register.filter
def spoken(seconds: int | None) -> str:
    """``860`` -> ``14 min 20 s``."""
    minutes, rest = divmod(max(0, int(seconds or 0)), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"

"""What a reader offers, as switches of the console: ``{% load consoles %}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django import template

from readers.kinds import Kind
from readers.models import ReaderProfile

register = template.Library()

_ICONS: Final = {Kind.CHAT: "chat", Kind.VOICE: "voice", Kind.VIDEO: "cam"}


@dataclass(frozen=True)
class Offered:
    """One kind that the reader has a rate for, in cents a minute, and whether it is wished now."""

    kind: str
    word: str
    icon: str
    cents: int
    wanted: bool


@register.filter
def offers(profile: ReaderProfile) -> list[Offered]:
    """The kinds with a rate, in the order chat, voice, video."""
    return [
        Offered(kind, Kind(kind).label, _ICONS[Kind(kind)], profile.rate_of(kind) or 0, wanted)
        for kind in profile.kinds_offered
        for wanted in [profile.wants(kind)]
    ]

"""What templates ask about people and form fields: ``{% load faces %}``."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.safestring import SafeString

from marketplace import serializers
from readers.kinds import LANGUAGES, SPECIALTIES

register = template.Library()

# Looked for in this order: most browsers also claim to be some of the later ones.
_BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
_STATUS_WORDS = {"online": "Online", "busy": "In a reading", "offline": "Offline"}
_KIND_ICONS = {"chat": "chat", "voice": "voice", "video": "cam"}


@register.filter
def initials(name: object) -> str:
    """``Ana Maria Belmonte`` -> ``AB``, ``Ana`` -> ``A``, nothing -> a moon."""
    words = str(name or "").split()
    if not words:
        return "\N{LAST QUARTER MOON WITH FACE}"
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in ends)


@register.filter
def first_name(name: object) -> str:
    """``Ana Belmonte`` -> ``Ana``."""
    words = str(name or "").split()
    return words[0] if words else ""


@register.filter
def times(number: object) -> range:
    """Something to loop over ``number`` times."""
    return range(int(number or 0))  # type: ignore[call-overload]


@register.filter
def kind_icon(kind: str) -> str:
    """The icon of a kind of reading."""
    return _KIND_ICONS.get(kind, "chat")


@register.filter
def language(code: str) -> str:
    """``es`` -> ``Spanish``."""
    return LANGUAGES.get(code, code)


@register.filter
def specialty(slug: str) -> str:
    """``past-lives`` -> ``Past lives``."""
    return SPECIALTIES.get(slug, slug)


@register.filter
def portrait(profile: Any) -> str:
    """The address of a reader's picture: their photo, or the drawn one; empty without."""
    if not profile:  # None, or the empty text that a template has for "no such row"
        return ""
    if profile.photo:
        return str(profile.photo.url)
    return static(f"img/portraits/{profile.portrait}.svg") if profile.portrait else ""


@register.filter
def spendable(balance: Any) -> int | None:
    """Cents a client may spend now; nothing for people without a wallet."""
    if not balance:
        return None
    return int(balance.cash_cents) + int(balance.promo_cents)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label stands behind the control."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_many(field: BoundField) -> bool:
    """Whether several of a few words can be chosen; they are drawn as pills."""
    return isinstance(field.field.widget, forms.CheckboxSelectMultiple)


@register.filter
def is_password(field: BoundField) -> bool:
    """Whether the field can be shown and hidden."""
    return isinstance(field.field.widget, forms.PasswordInput)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control in our look."""
    plain = isinstance(field.field.widget, forms.CheckboxInput | forms.RadioSelect)
    return field.as_widget(attrs={} if plain else {"class": "input", "placeholder": ""})


@register.filter
def shown_name(display_name: str) -> str:
    """``Maya Delacroix`` -> ``Maya D.``: a review shows no more of its author."""
    return serializers.shown_name(display_name)


@register.filter
def status_word(status: str) -> str:
    """``busy`` -> ``In a reading``. The same words as ``me.js`` writes."""
    return _STATUS_WORDS.get(status, "Offline")


@register.filter
def browser_words(user_agent: str) -> str:
    """``Mozilla/5.0 (X11; Linux ...) Chrome/1`` -> ``Chrome on Linux``."""
    browser = next((word for mark, word in _BROWSERS.items() if mark in user_agent), "A browser")
    system = next((word for mark, word in _SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser

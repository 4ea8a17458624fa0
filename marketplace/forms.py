"""What pages ask: filters of the list, a person's own settings, the appearance."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms

from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from readers.kinds import LANGUAGES, SPECIALTIES, Kind
from readers.selectors import SEARCH_CHARS_MAX, Filters

SORT_WORDS = [
    ("recommended", "Recommended"),
    ("rating", "Rating"),
    ("price", "Price"),
    ("newest", "Newest"),
]
RATING_WORDS = [("", "Any rating"), ("4", "4 stars and up"), ("4.5", "4.5 stars and up")]
PRICE_STEPS_CENTS = (50, 1_000, 50)  # from, to, step of the two sliders
THEMES = [("dark", "Night"), ("light", "Day"), ("system", "As my device")]
TEXT_SIZES = [("usual", "Usual"), ("large", "Large"), ("larger", "Larger")]


class FilterForm(forms.Form):
    """The filters in the address. A value that makes no sense is left out, not an error."""

    q = forms.CharField(max_length=SEARCH_CHARS_MAX, required=False)
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()), required=False)
    specialty = forms.ChoiceField(choices=list(SPECIALTIES.items()), required=False)
    min_rate = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    max_rate = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    min_rating = forms.FloatField(min_value=0, max_value=5, required=False)
    online = forms.BooleanField(required=False)
    new = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=SORT_WORDS, required=False)

    def filters(self) -> Filters:
        """What is asked, without what could not be understood."""
        self.is_valid()
        return Filters(**dict(self.sound().items()))

    def sound(self) -> dict[str, Any]:
        """The understood fields that ask something."""
        asked = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: value for name, value in asked.items() if value not in (None, "", False)}


class ProfileForm(forms.Form):
    """What a person may change of themselves."""

    display_name = forms.CharField(
        label="Your name here",
        help_text="Shown to the people you meet. It need not be your real one.",
        min_length=2,
        max_length=DISPLAY_NAME_CHARS_MAX,
        validators=[visible_name],
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    timezone = forms.ChoiceField(label="Your time zone", help_text="Times are shown in it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        choices = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
        self.fields["timezone"].choices = choices  # type: ignore[attr-defined]


class AppearanceForm(forms.Form):
    """How this browser shows the product; kept in two cookies."""

    theme = forms.ChoiceField(choices=THEMES)
    text_size = forms.ChoiceField(choices=TEXT_SIZES)

"""The form in which a reader keeps their page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from readers.kinds import LANGUAGES, SPECIALTIES, SPECIALTIES_MAX, Kind
from readers.models import ReaderProfile


class DollarsField(forms.DecimalField):
    """Dollars as people type them, cents as we keep them; empty means not offered."""

    def clean(self, value: Any) -> int | None:
        dollars: Decimal | None = super().clean(value)
        return None if dollars is None else int(dollars.scaleb(2))

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value).scaleb(-2) if isinstance(value, int) else value


def rate_field(kind: Kind) -> DollarsField:
    """What a minute of one kind costs, within the floor and the most."""
    return DollarsField(
        label=f"{kind.label}, dollars a minute",
        min_value=Decimal(settings.RATE_MIN_CENTS).scaleb(-2),
        max_value=Decimal(settings.RATE_MAX_CENTS).scaleb(-2),
        decimal_places=2,
        max_digits=6,
        required=False,
        help_text="Leave empty if you do not offer it.",
    )


class ProfileForm(forms.Form):
    """What clients read about a reader, and what a minute costs."""

    headline = forms.CharField(
        max_length=120, required=False, help_text="One line under your name."
    )
    bio = forms.CharField(
        max_length=4_000,
        required=False,
        label="About you",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    specialties = forms.MultipleChoiceField(
        choices=list(SPECIALTIES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        choices=list(LANGUAGES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    years_experience = forms.IntegerField(min_value=0, max_value=80, label="Years of experience")
    rate_chat_cents = rate_field(Kind.CHAT)
    rate_voice_cents = rate_field(Kind.VOICE)
    rate_video_cents = rate_field(Kind.VIDEO)
    relay_only = forms.BooleanField(
        required=False,
        label="Hide my network address from clients",
        help_text="Your call then always travels through our relay when there is one.",
    )

    def clean_specialties(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["specialties"]
        if len(chosen) > SPECIALTIES_MAX:
            raise forms.ValidationError(f"Choose at most {SPECIALTIES_MAX}.")
        return chosen

    @classmethod
    def initial_of(cls, profile: ReaderProfile) -> dict[str, Any]:
        """The form's values as they stand."""
        return {name: getattr(profile, name) for name in cls.base_fields}

"""What sign-up asks beside e-mail and password, on the page and over the API alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest

if TYPE_CHECKING:
    from backend.accounts.models import User

DISPLAY_NAME_CHARS_MAX = 60

# A name is one line that people can see: no control characters, no direction overrides.
visible_name = RegexValidator(
    "^[^\\x00-\\x1f\\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069<>]+$",
    "Use letters and ordinary signs only.",
)


class SignUpExtras(forms.Form):
    """What we ask beside e-mail and password."""

    display_name = forms.CharField(
        label="Your name here",
        help_text="Readers see this name. It need not be your real one.",
        min_length=2,
        max_length=DISPLAY_NAME_CHARS_MAX,
        validators=[visible_name],
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    is_adult = forms.BooleanField(
        label="I am 18 or older.",
        error_messages={"required": "SoulSeer is for adults, 18 and over."},
    )
    field_order = ["display_name", "email", "password", "password1", "is_adult"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to keep: the adapter has written the fields."""

"""The forms of the wallet's pages. Amounts are typed in dollars and kept in cents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.conf import settings

from backend.accounts.models import SpendLimit
from payouts.models import SavedCard
from payouts.models.promos import CODE_CHARS_MAX
from readers.forms import DollarsField

_LIMIT_MAX: Final = Decimal(100_000)
FOR_GOOD: Final = "for_good"
LENGTHS: Final = [
    ("1", "24 hours"),
    ("7", "7 days"),
    ("30", "30 days"),
    ("90", "3 months"),
    ("183", "6 months"),
    (FOR_GOOD, "For good"),
]


def _dollars(label: str, *, most: Decimal = _LIMIT_MAX, **more: Any) -> DollarsField:
    field = DollarsField(label=label, decimal_places=2, max_digits=9, max_value=most, **more)
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    return field


class LimitForm(forms.Form):
    """One spend limit; empty: none."""

    span = forms.ChoiceField(choices=SpendLimit.Span.choices, widget=forms.HiddenInput)
    cents = _dollars("Dollars", min_value=Decimal(0), required=False)


class ExclusionForm(forms.Form):
    """Spend nothing for a time."""

    length = forms.ChoiceField(choices=LENGTHS, widget=forms.RadioSelect, label="For how long")
    agrees = forms.BooleanField(label="I understand that nobody can shorten this.")

    @property
    def days(self) -> int | None:
        """How many days; None: for good."""
        length: str = self.cleaned_data["length"]
        return None if length == FOR_GOOD else int(length)


class ReloadForm(forms.Form):
    """Auto-reload, turned on with the client's consent."""

    amount_cents = _dollars(
        "Add, in dollars",
        min_value=Decimal(settings.TOP_UP_MIN_CENTS).scaleb(-2),
        most=Decimal(settings.TOP_UP_MAX_CENTS).scaleb(-2),
    )
    below_cents = _dollars(
        "When the balance falls below, in dollars",
        min_value=Decimal("0.01"),
        help_text="At most the amount that is added.",
    )
    daily_cap_cents = _dollars(
        "At most in 24 hours, in dollars",
        min_value=Decimal(settings.TOP_UP_MIN_CENTS).scaleb(-2),
        help_text="At least the amount that is added.",
    )
    card = forms.ModelChoiceField(queryset=SavedCard.objects.none(), empty_label=None)
    consents = forms.BooleanField(
        label="Charge this card with this amount, without asking me again, whenever my balance "
        "falls below this, up to this much in 24 hours. I get a notice each time and can turn "
        "it off at any time."
    )


class WithdrawalForm(forms.Form):
    """How much goes back. ``key`` is the page's own, so that a second press is the same one."""

    cents = _dollars("Dollars to take back", min_value=Decimal("0.01"))
    key = forms.UUIDField(widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """A promotional code."""

    code = forms.CharField(
        max_length=CODE_CHARS_MAX,
        label="Code",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

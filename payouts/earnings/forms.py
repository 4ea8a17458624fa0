"""What a reader types about payouts."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.conf import settings

from payouts.earnings.services.thresholds import THRESHOLD_MAX_CENTS


class ThresholdForm(forms.Form):
    """The least that a payout carries, in dollars."""

    dollars = forms.DecimalField(
        label="Pay me out from, in dollars",
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "1"}),
    )

    @classmethod
    def of(cls, cents: int) -> ThresholdForm:
        """The form with what holds at present."""
        form = cls(initial={"dollars": f"{cents // 100}.{cents % 100:02d}"})
        form.fields["dollars"].widget.attrs |= {
            "min": settings.PAYOUT_MIN_CENTS // 100,
            "max": THRESHOLD_MAX_CENTS // 100,
        }
        return form

    @property
    def cents(self) -> int:
        dollars: Decimal = self.cleaned_data["dollars"]
        return int(dollars * 100)

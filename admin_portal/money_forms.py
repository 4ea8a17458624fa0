"""Forms of the staff pages about money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from backend.accounts.models import User
from backend.core.errors import InvalidInput
from backend.ledger import adjustments, explorer
from backend.ledger.selectors import movement_kinds


class DollarsField(forms.DecimalField):
    """Dollars with at most two decimals, cleaned to whole cents."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, **settings)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        dollars: Decimal | None = super().clean(value)
        return None if dollars is None else int(dollars * 100)


class PersonField(forms.CharField):
    """Somebody by e-mail or id, cleaned to their row."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(max_length=254, **settings)

    def clean(self, value: Any) -> User | None:  # type: ignore[override]
        named = super().clean(value)
        if not named:
            return None
        try:
            found = User.objects.filter(pk=UUID(named)).first()
        except ValueError:
            found = User.objects.filter(email__iexact=named).first()
        if found is None:
            raise forms.ValidationError("Nobody goes by this e-mail or id.")
        return found


class MovementsFilter(forms.Form):
    """Which movements to list."""

    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=lambda: [("", "Every kind"), *movement_kinds()],
    )
    person = PersonField(label="Person, by e-mail or id", required=False)
    least = DollarsField(label="At least, $", required=False, min_value=0)
    most = DollarsField(label="At most, $", required=False, min_value=0)
    first = forms.DateField(
        label="Booked from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label="Booked until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.CharField(label="About", required=False, max_length=80)
    key = forms.CharField(label="Key begins with", required=False, max_length=160)

    def wanted(self) -> explorer.Wanted:
        """What was asked for; a form that is not valid wants everything."""
        if not self.is_valid():
            return explorer.Wanted()
        said = self.cleaned_data
        return explorer.Wanted(
            kind=said["kind"],
            about=said["about"],
            key=said["key"],
            person_id=said["person"].pk if said["person"] else None,
            least_cents=said["least"],
            most_cents=said["most"],
            first_day=said["first"],
            last_day=said["last"],
        )


class AdjustmentForm(forms.Form):
    """Whom to give or take how much, and why."""

    person = PersonField(label="Client or reader, by e-mail or id")
    direction = forms.ChoiceField(
        label="What",
        choices=[("give", "Give to their wallet or earnings"), ("take", "Take from their wallet")],
    )
    dollars = DollarsField(label="How much, $", min_value=Decimal("0.01"))
    reason = forms.CharField(
        label="Reason", max_length=adjustments.REASON_CHARS_MAX, help_text="Staff read it."
    )

    def cents(self) -> int:
        """Signed: negative takes.

        :raises InvalidInput: the form was not valid.
        """
        if not self.is_valid():
            raise InvalidInput("The form is not filled in.")
        cents = int(self.cleaned_data["dollars"])
        return cents if self.cleaned_data["direction"] == "give" else -cents


class AnswerForm(forms.Form):
    """Why something is refused."""

    answer = forms.CharField(label="Why not", max_length=adjustments.REASON_CHARS_MAX)

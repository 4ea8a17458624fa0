"""Forms of the staff pages of cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms

from admin_portal.evidence import files
from admin_portal.evidence.services.cases import NOTE_CHARS_MAX
from admin_portal.evidence.services.reveals import REASON_CHARS_MAX, REASON_CHARS_MIN
from payouts.dispute_states import BearerOf, Outcome, ReasonCode
from payouts.disputes.verdicts import Verdict
from payouts.models import disputes as limits

_AMOUNT_MAX: Final = Decimal(10_000_000)


class QueueFilter(forms.Form):
    """Which cases to show."""

    view = forms.ChoiceField(choices=list(files.VIEWS.items()), required=False)
    reason = forms.ChoiceField(
        label="Reason", choices=[("", "Any reason"), *ReasonCode.choices], required=False
    )

    def wanted(self) -> tuple[str, str]:
        """View and reason; what is not understood is not asked for."""
        self.is_valid()
        return self.cleaned_data.get("view") or "waiting", self.cleaned_data.get("reason") or ""


class VerdictForm(forms.Form):
    """What comes back, at whose cost, and what both sides are told."""

    outcome = forms.ChoiceField(choices=Outcome.choices)
    minutes = forms.IntegerField(min_value=1, max_value=1_440, required=False)
    amount = forms.DecimalField(
        min_value=Decimal("0.01"), max_value=_AMOUNT_MAX, decimal_places=2, required=False
    )
    bearer = forms.ChoiceField(choices=BearerOf.choices, initial=BearerOf.SPLIT)
    reason = forms.CharField(max_length=limits.REASON_CHARS_MAX, required=False)
    words_to_client = forms.CharField(max_length=limits.WORDS_CHARS_MAX, required=False)
    words_to_reader = forms.CharField(max_length=limits.WORDS_CHARS_MAX, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        outcome = said.get("outcome")
        if outcome == Outcome.MINUTES and not said.get("minutes"):
            self.add_error("minutes", "Say how many minutes.")
        if outcome == Outcome.CUSTOM and not said.get("amount"):
            self.add_error("amount", "Say how much, in dollars and cents.")
        return said

    def verdict(self) -> Verdict:
        """What was asked for; call ``is_valid`` before."""
        said = self.cleaned_data
        outcome = Outcome(said["outcome"])
        return Verdict(
            outcome=outcome,
            minutes=said["minutes"] if outcome is Outcome.MINUTES else None,
            cents=int(said["amount"] * 100) if outcome is Outcome.CUSTOM else None,
            bearer=BearerOf(said["bearer"]),
            reason=said["reason"],
            words_to_client=said["words_to_client"],
            words_to_reader=said["words_to_reader"],
        )


class RevealForm(forms.Form):
    """Why somebody's words have to be read; ``message_id`` for one of them only."""

    why = forms.CharField(min_length=REASON_CHARS_MIN, max_length=REASON_CHARS_MAX)
    message_id = forms.UUIDField(required=False)


class RefusalForm(forms.Form):
    """Why a second signature is not given."""

    refusal = forms.CharField(max_length=limits.REASON_CHARS_MAX)


class NoteForm(forms.Form):
    """A note of staff for staff."""

    note = forms.CharField(max_length=NOTE_CHARS_MAX)

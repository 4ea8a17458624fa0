"""Forms of what staff tell banks."""

from __future__ import annotations

from django import forms

REASON_CHARS_MAX = 200
WORDS_CHARS_MAX = 4_000


class AnswerForm(forms.Form):
    """What staff add to a pack for a bank."""

    words = forms.CharField(
        label="In your own words",
        required=False,
        max_length=WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Left empty, the bank reads our own sentences on what the client received.",
    )


class RefundForm(forms.Form):
    """How much of a suspicious payment goes back, and why."""

    much = forms.ChoiceField(choices=[("unspent", "Unspent"), ("whole", "Whole")])
    reason = forms.CharField(max_length=REASON_CHARS_MAX)

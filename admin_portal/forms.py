"""Forms of the staff pages."""

from __future__ import annotations

from django import forms

from backend.accounts import features
from backend.accounts.models import Role
from backend.accounts.services.features import NOTE_CHARS_MAX
from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from backend.ledger import flags
from live.states import State
from readers.forms import rate_field
from readers.kinds import Kind

REASON_CHARS_MAX = 200


class NewReaderForm(forms.Form):
    """A reader to invite."""

    display_name = forms.CharField(
        label="Name that clients see",
        min_length=2,
        max_length=DISPLAY_NAME_CHARS_MAX,
        validators=[visible_name],
    )
    email = forms.EmailField(
        label="E-mail", max_length=254, help_text="The invitation goes there. Good for three days."
    )


class PeopleFilter(forms.Form):
    """Whom to look for."""

    q = forms.CharField(label="Name or e-mail", required=False, max_length=100)
    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "Everybody"), *Role.choices]
    )


class FreezeForm(forms.Form):
    """Why an account is frozen; staff read it, the person does not."""

    reason = forms.CharField(label="Reason", max_length=REASON_CHARS_MAX)


class DecisionForm(forms.Form):
    """Why a flag is cleared or confirmed; staff read it, nobody else does."""

    reason = forms.CharField(label="Reason", max_length=flags.REASON_CHARS_MAX)


class AuditForm(forms.Form):
    """Which lines of the audit log to show."""

    act = forms.CharField(label="Act", required=False, max_length=64)
    who = forms.CharField(label="By", required=False, max_length=100)
    about = forms.CharField(label="About", required=False, max_length=80)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)


class FeatureForm(forms.Form):
    """How a feature is switched, and why."""

    is_on = forms.BooleanField(label="Open", required=False)
    percent = forms.IntegerField(label="Per cent of the people", min_value=0, max_value=100)
    roles = forms.MultipleChoiceField(label="Only for", required=False, choices=Role.choices)
    note = forms.CharField(label="Why", max_length=NOTE_CHARS_MAX)

    @property
    def setting(self) -> features.Setting:
        """What a valid form asks for."""
        wanted = self.cleaned_data
        return features.Setting(wanted["is_on"], wanted["percent"], tuple(wanted["roles"]))


class ReasonForm(forms.Form):
    """Why staff do something; it stands in the audit log."""

    reason = forms.CharField(label="Reason", max_length=REASON_CHARS_MAX)


class SessionsForm(forms.Form):
    """Which readings to show."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Every state"), ("live", "Running"), ("over", "Over"), *State.choices],
    )
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Every kind"), *Kind.choices]
    )
    who = forms.CharField(label="Client or reader", required=False, max_length=100)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)

    @property
    def choices(self) -> list[forms.BoundField]:
        """The two lists to choose from."""
        return [self["state"], self["kind"]]


class RatesForm(forms.Form):
    """What a reader's minute costs, in dollars; empty: not offered."""

    chat = rate_field(Kind.CHAT)
    voice = rate_field(Kind.VOICE)
    video = rate_field(Kind.VIDEO)
    reason = forms.CharField(label="Why", max_length=REASON_CHARS_MAX)

    @property
    def rates(self) -> dict[str, int | None]:
        """Cents a minute for each kind."""
        return {kind: self.cleaned_data[kind] for kind in Kind.values}

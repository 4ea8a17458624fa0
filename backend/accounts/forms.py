"""The sign-up and sign-in forms. What sign-up asks of our own is in ``sign_up``."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from django import forms

from backend.accounts import lockouts

WHAT_HOLDS = "At least 8 characters, and nothing common."


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Make a client's account, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail"
        self.fields["password1"].help_text = WHAT_HOLDS


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign in with an e-mail; a miss says how many tries are left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        self.fields["remember"].label = "Stay signed in"

    def clean(self) -> Any:
        """Check the password.

        :raises ValidationError: it does not match, or sign-in is paused.
        """
        try:
            return super().clean()
        except forms.ValidationError as error:
            if getattr(error, "code", "") != "email_password_mismatch":
                raise
            email = self.cleaned_data.get("login", "")
            left = lockouts.tries_left(self.request, email)
            raise forms.ValidationError(
                lockouts.words(left), code="email_password_mismatch"
            ) from error


class _NewPassword(forms.Form):
    """Two fields for a new password, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = WHAT_HOLDS
        self.fields["password2"].label = "The same once more"


class ChosenPasswordForm(_NewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    """Choose a password from a link in a mail (forgotten, or invited)."""


class FirstPasswordForm(_NewPassword, SetPasswordForm):  # type: ignore[misc]
    """Choose a password for an account that had none."""


class ChangedPasswordForm(_NewPassword, ChangePasswordForm):  # type: ignore[misc]
    """Change a password that one knows."""

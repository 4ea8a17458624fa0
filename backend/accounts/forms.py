"""The sign-in form. (The sign-up fields are in ``sign_up``: allauth builds its forms from them.)"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from backend.accounts import lockouts


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign in with an e-mail; a miss says how many tries are left."""

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

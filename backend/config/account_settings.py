"""Signing in: django-allauth, its API tokens, django-axes; and the staff's row browser."""

from __future__ import annotations

from datetime import timedelta

import environ

_env = environ.Env()
_debug = _env.bool("DEBUG", default=False)

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "backend.accounts.backends.StandingBackend",
]
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = _env.str(
    "EMAIL_VERIFICATION", default="optional" if _debug else "mandatory"
)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # another e-mail takes over an account
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if _debug else "https"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this device stays; every other sign-in ends
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # django-axes counts these
ACCOUNT_FORMS = {
    "login": "backend.accounts.forms.SignInForm",
    "signup": "backend.accounts.forms.SignUpForm",
    "change_password": "backend.accounts.forms.ChangedPasswordForm",
    "set_password": "backend.accounts.forms.FirstPasswordForm",
    "reset_password_from_key": "backend.accounts.forms.ChosenPasswordForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "backend.accounts.sign_up.SignUpExtras"
SOCIALACCOUNT_AUTO_SIGNUP = False  # everybody is asked for a name and their age
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _debug
USERSESSIONS_ADAPTER = "backend.accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row on every page

HEADLESS_TOKEN_STRATEGY = "backend.accounts.tokens.TokenStrategy"  # noqa: S105
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 15 * 60
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 14 * 24 * 3600
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True  # a sign-out or a freeze ends tokens at once

GOOGLE_CLIENT_ID: str = _env.str("GOOGLE_CLIENT_ID", default="")
SOCIALACCOUNT_PROVIDERS = (
    {
        "google": {
            "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": _env.str("GOOGLE_CLIENT_SECRET")}],
            "SCOPE": ["profile", "email"],
            "OAUTH_PKCE_ENABLED": True,
        }
    }
    if GOOGLE_CLIENT_ID
    else {}
)

# Days after which a device, address or card that a person was seen with is forgotten.
TRACE_DAYS: int = _env.int("TRACE_DAYS", default=180)

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"
AXES_USERNAME_CALLABLE = "backend.accounts.lockouts.account_name"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "backend.core.requests.address_of"
AXES_LOCKOUT_CALLABLE = "backend.accounts.lockouts.locked_out"
AXES_VERBOSE = False

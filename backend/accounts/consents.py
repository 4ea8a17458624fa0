"""What people agree to, and in which wording: the date it was last changed.

A new wording gets a new date here; whoever agreed to the old one is shown with the old date.
"""

from __future__ import annotations

from typing import Final

from backend.accounts.models import Consent

VERSIONS: Final = {
    Consent.Kind.TERMS: "2026-11-01",
    Consent.Kind.PRIVACY: "2026-11-28",
    Consent.Kind.ADULT: "2026-03-01",
    Consent.Kind.TRANSCRIPT: "2026-11-01",
}
AT_SIGN_UP: Final = (Consent.Kind.TERMS, Consent.Kind.PRIVACY, Consent.Kind.ADULT)
# What can be taken back without leaving; the others end with the account.
WITHDRAWABLE: Final = frozenset({Consent.Kind.TRANSCRIPT})

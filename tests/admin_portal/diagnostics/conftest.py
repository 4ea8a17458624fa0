"""One stand-in for Stripe, for the checks that ask it."""

from __future__ import annotations

from tests.sandbox_process import stripe_process  # noqa: F401

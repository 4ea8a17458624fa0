"""Webhooks by Stripe: who signed this, and when."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import orjson
import stripe
from django.conf import settings

from payouts.adapters.stripe_checkout import event_of
from payouts.errors import SignatureRefused
from payouts.ports import OutsideEvent

TOLERANCE_SECONDS: Final = 300
_SIGNED_AT: Final = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")


class StripeWebhooks:
    """Verifies snapshot events. Several secrets are good at once while they rotate."""

    secrets_setting = "STRIPE_WEBHOOK_SECRETS"

    def verify(self, body: bytes, signature: str, *, at: datetime) -> OutsideEvent:
        """See ``WebhookVerifier``."""
        self._check_time(signature, at)
        text = self._text(body)
        secrets = [secret for secret in getattr(settings, self.secrets_setting) if secret]
        if not any(self._fits(text, signature, secret) for secret in secrets):
            raise SignatureRefused("No secret of ours made this signature.")
        try:
            return self._event(orjson.loads(body))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise SignatureRefused("This is not an event of this address.") from error

    def _event(self, payload: dict[str, Any]) -> OutsideEvent:
        return event_of(payload)

    def _check_time(self, signature: str, at: datetime) -> None:
        """The SDK lets a signature from the future through, and reads the wall clock."""
        signed = _SIGNED_AT.search(signature)
        if signed is None:
            raise SignatureRefused("The signature does not say when it was made.")
        if abs(int(signed[1]) - at.timestamp()) > TOLERANCE_SECONDS:
            raise SignatureRefused("The signature was made at another time.")

    def _text(self, body: bytes) -> str:
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise SignatureRefused("The body is not text.") from error

    def _fits(self, text: str, signature: str, secret: str) -> bool:
        try:
            stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=None)
        except stripe.SignatureVerificationError:
            return False
        return True


class StripeThinWebhooks(StripeWebhooks):
    """Verifies thin events of the second API: they name an object and carry nothing of it."""

    secrets_setting = "STRIPE_THIN_WEBHOOK_SECRETS"

    def _event(self, payload: dict[str, Any]) -> OutsideEvent:
        about = payload.get("related_object") or {}
        return OutsideEvent(
            id=payload["id"],
            type=payload["type"],
            object_id=str(about.get("id", "")),
            livemode=bool(payload["livemode"]),
            at=datetime.fromisoformat(payload["created"]),
            payload=payload,
            account=str(payload.get("context") or ""),
        )

"""The parameters that each endpoint accepts, in the words of ``parameters``."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.parameters import CREATED, MAP, Many, OneOf

Spec = dict[str, Any]

CURSORS: Spec = {"limit": int, "starting_after": str, "ending_before": str}
PAGE: Spec = {**CURSORS, "created": CREATED}
_USAGE = OneOf("off_session", "on_session")
CANCELLATION_REASON = OneOf("abandoned", "duplicate", "fraudulent", "requested_by_customer")
CHECKOUT_STATUS = OneOf("complete", "expired", "open")

CUSTOMER: Spec = {
    "description": str,
    "email": str,
    "metadata": MAP,
    "name": str,
    "phone": str,
}
PAYMENT_METHOD: Spec = {
    "type": OneOf("card"),
    "card": {"number": str, "exp_month": int, "exp_year": int, "cvc": str},
    "billing_details": {"email": str, "name": str, "phone": str},
    "metadata": MAP,
}
INTENT_UPDATE: Spec = {
    "amount": int,
    "description": str,
    "metadata": MAP,
    "receipt_email": str,
    "setup_future_usage": _USAGE,
    "transfer_group": str,
}
INTENT_CONFIRM: Spec = {
    "off_session": bool,
    "payment_method": str,
    "return_url": str,
}
INTENT_CREATE: Spec = {
    **INTENT_UPDATE,
    **INTENT_CONFIRM,
    "confirm": bool,
    "currency": str,
    "customer": str,
    "allowed_payment_method_types": Many(str),
    "statement_descriptor_suffix": str,
}
CHECKOUT: Spec = {
    "cancel_url": str,
    "client_reference_id": str,
    "customer": str,
    "customer_email": str,
    "expires_at": int,
    "line_items": Many(
        {
            "price_data": {
                "currency": str,
                "product_data": {"name": str, "description": str},
                "unit_amount": int,
            },
            "quantity": int,
        }
    ),
    "locale": str,
    "metadata": MAP,
    "mode": OneOf("payment"),
    "payment_intent_data": {
        "description": str,
        "metadata": MAP,
        "receipt_email": str,
        "setup_future_usage": _USAGE,
        "statement_descriptor_suffix": str,
        "transfer_group": str,
    },
    "allowed_payment_method_types": Many(str),
    "submit_type": OneOf("auto", "book", "donate", "pay", "subscribe"),
    "success_url": str,
}
REFUND: Spec = {
    "amount": int,
    "charge": str,
    "metadata": MAP,
    "payment_intent": str,
    "reason": OneOf("duplicate", "fraudulent", "requested_by_customer"),
}
ENDPOINT_UPDATE: Spec = {
    "description": str,
    "disabled": bool,
    "enabled_events": Many(str),
    "metadata": MAP,
    "url": str,
}
ENDPOINT_CREATE: Spec = {
    "api_version": str,
    "description": str,
    "enabled_events": Many(str),
    "metadata": MAP,
    "url": str,
}
TRANSFER: Spec = {
    "amount": int,
    "currency": str,
    "description": str,
    "destination": str,
    "metadata": MAP,
    "transfer_group": str,
}
REVERSAL: Spec = {"amount": int, "description": str, "metadata": MAP}
ACCOUNT: Spec = {
    "business_type": OneOf("company", "individual"),
    "capabilities": {"transfers": {"requested": bool}},
    "country": str,
    "email": str,
    "metadata": MAP,
    "type": OneOf("custom", "express", "standard"),
}
ACCOUNT_LINK: Spec = {
    "account": str,
    "refresh_url": str,
    "return_url": str,
    "type": OneOf("account_onboarding", "account_update"),
}

"""The parameters that each endpoint accepts, in the words of ``parameters``."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.acts import disputes
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
CUSTOMER_UPDATE: Spec = {**CUSTOMER, "invoice_settings": {"default_payment_method": str}}
PAYMENT_METHOD: Spec = {
    "type": OneOf("card"),
    "card": {"number": str, "exp_month": int, "exp_year": int, "cvc": str},
    "billing_details": {"email": str, "name": str, "phone": str},
    "metadata": MAP,
}
PAYMENT_METHOD_UPDATE: Spec = {
    "billing_details": {"email": str, "name": str, "phone": str},
    "card": {"exp_month": int, "exp_year": int},
    "metadata": MAP,
}
SETUP_CANCELLATION_REASON = OneOf("abandoned", "duplicate", "requested_by_customer")
SETUP_UPDATE: Spec = {"description": str, "metadata": MAP}
SETUP_CONFIRM: Spec = {"payment_method": str, "return_url": str}
SETUP_CREATE: Spec = {
    **SETUP_UPDATE,
    **SETUP_CONFIRM,
    "allowed_payment_method_types": Many(str),
    "confirm": bool,
    "customer": str,
    "usage": _USAGE,
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
    "currency": str,
    "mode": OneOf("payment", "setup"),
    "payment_intent_data": {
        "description": str,
        "metadata": MAP,
        "receipt_email": str,
        "setup_future_usage": _USAGE,
        "statement_descriptor_suffix": str,
        "transfer_group": str,
    },
    "allowed_payment_method_types": Many(str),
    "setup_intent_data": {"description": str, "metadata": MAP},
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
    "connect": bool,
    "description": str,
    "enabled_events": Many(str),
    "metadata": MAP,
    "url": str,
}
DISPUTE_UPDATE: Spec = {
    "evidence": dict.fromkeys((*disputes.FILES, *disputes.TEXTS), str),
    "metadata": MAP,
    "submit": bool,
}
TRANSFER_UPDATE: Spec = {"description": str, "metadata": MAP}
TRANSFER: Spec = {
    **TRANSFER_UPDATE,
    "amount": int,
    "currency": str,
    "destination": str,
    "transfer_group": str,
}
REVERSAL: Spec = {"amount": int, "description": str, "metadata": MAP}
PAYOUT: Spec = {
    "amount": int,
    "currency": str,
    "description": str,
    "metadata": MAP,
    "method": OneOf("instant", "standard"),
    "statement_descriptor": str,
}
PAYOUT_STATUS = OneOf("canceled", "failed", "in_transit", "paid", "pending")
BALANCE_SETTINGS: Spec = {
    "payments": {
        "payouts": {
            "minimum_balance_by_currency": MAP,
            "schedule": {"interval": OneOf("daily", "manual", "monthly", "weekly")},
        }
    }
}

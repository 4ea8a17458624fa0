"""The parameters of connected accounts, of both APIs."""

from __future__ import annotations

from backend.stripe_sandbox.parameters import MAP, Many, OneOf
from backend.stripe_sandbox.specs import Spec

_LINK_TYPE = OneOf("account_onboarding", "account_update")
ACCOUNT: Spec = {
    "business_type": OneOf("company", "individual"),
    "capabilities": {"transfers": {"requested": bool}},
    "controller": {
        "fees": {"payer": OneOf("account", "application")},
        "losses": {"payments": OneOf("application", "stripe")},
        "requirement_collection": OneOf("application", "stripe"),
        "stripe_dashboard": {"type": OneOf("express", "full", "none")},
    },
    "country": str,
    "email": str,
    "metadata": MAP,
    "type": OneOf("custom", "express", "standard"),
}
ACCOUNT_UPDATE: Spec = {"email": str, "metadata": MAP}
REJECTION = OneOf("fraud", "other", "terms_of_service")
ACCOUNT_LINK: Spec = {
    "account": str,
    "refresh_url": str,
    "return_url": str,
    "type": _LINK_TYPE,
}

INCLUDE = Many(
    OneOf(
        "configuration.customer",
        "configuration.merchant",
        "configuration.recipient",
        "defaults",
        "future_requirements",
        "identity",
        "requirements",
    )
)
_RECIPIENT: Spec = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": bool}}}}
_RESPONSIBILITIES: Spec = {
    "fees_collector": OneOf("application", "application_custom", "application_express", "stripe"),
    "losses_collector": OneOf("application", "stripe"),
}
CORE_ACCOUNT_UPDATE: Spec = {
    "configuration": {"recipient": _RECIPIENT},
    "contact_email": str,
    "contact_phone": str,
    "dashboard": OneOf("express", "full", "none"),
    "display_name": str,
    "include": INCLUDE,
    "metadata": MAP,
}
CORE_ACCOUNT: Spec = {
    **CORE_ACCOUNT_UPDATE,
    "defaults": {
        "profile": {"business_url": str, "doing_business_as": str, "product_description": str},
        "responsibilities": _RESPONSIBILITIES,
    },
    "identity": {
        "country": str,
        "entity_type": OneOf("company", "government_entity", "individual", "non_profit"),
    },
}
_WAY: Spec = {
    "collection_options": {
        "fields": OneOf("currently_due", "eventually_due"),
        "future_requirements": OneOf("include", "omit"),
    },
    "refresh_url": str,
    "return_url": str,
}
CORE_LINK: Spec = {
    "account": str,
    "use_case": {
        "account_onboarding": _WAY,
        "account_update": _WAY,
        "type": _LINK_TYPE,
    },
}
CORE_PAGE: Spec = {"limit": int, "page": str}
DESTINATION_UPDATE: Spec = {
    "description": str,
    "enabled_events": Many(str),
    "include": Many(OneOf("webhook_endpoint.signing_secret", "webhook_endpoint.url")),
    "metadata": MAP,
    "name": str,
    "webhook_endpoint": {"url": str},
}
DESTINATION: Spec = {
    **DESTINATION_UPDATE,
    "event_payload": OneOf("snapshot", "thin"),
    "events_from": Many(str),
    "type": OneOf("amazon_eventbridge", "azure_event_grid", "webhook_endpoint"),
}

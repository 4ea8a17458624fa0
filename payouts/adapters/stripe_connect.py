"""Readers' accounts by Stripe Connect: ``ConnectAccounts``, over either of its two APIs.

``settings.CONNECT_API`` says which one opens new accounts; both see every account.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_rail import ask
from payouts.ports import Account, AccountOrder, Way

_INCLUDE: Final = ["configuration.recipient", "requirements", "defaults", "identity"]
_RECIPIENT: Final = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
_OURS_TO_BEAR: Final = {"fees_collector": "application", "losses_collector": "application"}


class StripeAccountsV2:
    """Accounts of the second API, configured as recipients."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def open(self, order: AccountOrder, *, key: str) -> Account:
        """See ``ConnectAccounts``."""
        params: Any = {
            "contact_email": order.email,
            "display_name": order.display_name,
            "dashboard": "express",
            "identity": {"country": order.country.lower(), "entity_type": "individual"},
            "configuration": {"recipient": _RECIPIENT},
            "defaults": {"responsibilities": _OURS_TO_BEAR},
            "metadata": {"reader_id": str(order.reader_id), "env": settings.SITE_URL},
            "include": _INCLUDE,
        }
        options: Any = {"idempotency_key": key}
        return _second(
            ask(lambda: self.client.v2.core.accounts.create(params=params, options=options))
        )

    def account(self, account_id: str) -> Account:
        """See ``ConnectAccounts``."""
        params: Any = {"include": _INCLUDE}
        return _second(
            ask(lambda: self.client.v2.core.accounts.retrieve(account_id, params=params))
        )

    def onboarding_url(self, way: Way) -> str:
        """See ``ConnectAccounts``."""
        urls = {"refresh_url": way.refresh_url, "return_url": way.return_url}
        use_case = {"type": "account_onboarding", "account_onboarding": urls}
        params: Any = {"account": way.account_id, "use_case": use_case}
        return str(ask(lambda: self.client.v2.core.account_links.create(params=params)).url)


class StripeAccountsV1:
    """Accounts of the first API, in its Express shape: the fallback."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def open(self, order: AccountOrder, *, key: str) -> Account:
        """See ``ConnectAccounts``."""
        params: Any = {
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "requirement_collection": "stripe",
                "stripe_dashboard": {"type": "express"},
            },
            "business_type": "individual",
            "capabilities": {"transfers": {"requested": True}},
            "country": order.country,
            "email": order.email,
            "metadata": {"reader_id": str(order.reader_id), "env": settings.SITE_URL},
        }
        options: Any = {"idempotency_key": key}
        return _first(ask(lambda: self.client.v1.accounts.create(params=params, options=options)))

    def account(self, account_id: str) -> Account:
        """See ``ConnectAccounts``."""
        return _first(ask(lambda: self.client.v1.accounts.retrieve(account_id)))

    def onboarding_url(self, way: Way) -> str:
        """See ``ConnectAccounts``."""
        params: Any = {
            "account": way.account_id,
            "type": "account_onboarding",
            "refresh_url": way.refresh_url,
            "return_url": way.return_url,
        }
        return str(ask(lambda: self.client.v1.account_links.create(params=params)).url)


def _second(found: Any) -> Account:
    entries = found.requirements.entries if found.requirements else []
    due = [one for one in entries if one.awaiting_action_from == "user"]
    recipient = found.configuration.recipient if found.configuration else None
    state: Any = recipient.capabilities.stripe_balance.stripe_transfers if recipient else None
    is_able = bool(state and state.status == "active") and not found.closed
    why = state.status_details[0].code if state and state.status_details else ""
    return Account(
        id=found.id,
        can_receive=is_able,
        payouts_enabled=is_able,
        is_submitted=bool(state and (state.status != "restricted" or not due)),
        is_closed=bool(found.closed),
        refusal="" if is_able else why or "not_active",
        currently_due=_pressing((one.description, one.minimum_deadline.status) for one in due),
        due_by=_deadline(found.requirements),
        country=(found.identity.country or "").upper() if found.identity else "",
        currency=found.defaults.currency if found.defaults else "",
    )


def _pressing(due: Any) -> tuple[str, ...]:
    """What has to be given for the account to be paid; what is due some day can wait."""
    return tuple(name for name, deadline in due if deadline != "eventually_due")


def _deadline(requirements: Any) -> datetime | None:
    summary = requirements.summary if requirements else None
    time = summary.minimum_deadline.time if summary and summary.minimum_deadline else None
    return datetime.fromisoformat(str(time)) if time else None


def _first(found: Any) -> Account:
    requirements: Any = found.requirements
    is_able = found.capabilities.to_dict().get("transfers") == "active"
    deadline = requirements.current_deadline
    return Account(
        id=found.id,
        can_receive=is_able,
        payouts_enabled=bool(found.payouts_enabled),
        is_submitted=bool(found.details_submitted),
        is_closed=False,
        refusal="" if is_able else (requirements.disabled_reason or "not_active"),
        currently_due=tuple(requirements.currently_due or ()),
        due_by=stripe_api.instant(deadline) if deadline else None,
        country=found.country or "",
        currency=found.default_currency or "",
    )

"""Connected accounts by the first API: create, read, update, and the way to onboarding."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

_LINK_SECONDS = 300
_DUE = ["external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/accounts: everything is still due until onboarding is completed."""
    wanted = [name for name, cap in asked.get("capabilities", {}).items() if cap.get("requested")]
    account = {
        "id": world.new_id("acct", 16),
        "object": "account",
        "business_profile": None,
        "business_type": asked.get("business_type"),
        "capabilities": dict.fromkeys(wanted, "inactive"),
        "charges_enabled": False,
        "country": asked.get("country", "US"),
        "created": world.now(),
        "default_currency": "usd",
        "details_submitted": False,
        "email": asked.get("email"),
        "metadata": asked.get("metadata", {}),
        "payouts_enabled": False,
        "requirements": _requirements(_DUE),
        "type": asked.get("type", "express"),
    }
    return world.store.add("account", account)


def _requirements(due: list[str]) -> Body:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


def may_receive(account: Body) -> bool:
    """Whether transfers to it are allowed."""
    return bool(account["capabilities"].get("transfers") == "active")


def retrieve(world: World, asked: dict[str, Any], account: str) -> Body:
    """GET /v1/accounts/{id}."""
    return world.need("account", account)


def update(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v1/accounts/{id}."""
    found = world.need("account", account)
    found["email"] = asked.get("email", found["email"])
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def link(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/account_links: a single-use way to the onboarding page."""
    account = world.need("account", asked["account"], "account")
    token = world.new_id("x")[2:]
    facts = {"account": account["id"], "return_url": asked["return_url"]}
    world.store.remember(f"onboarding:{token}", facts)
    return {
        "object": "account_link",
        "created": world.now(),
        "expires_at": world.now() + _LINK_SECONDS,
        "url": f"{world.base_url}/onboard/{token}",
    }


def onboarded(world: World, account: Body, *, complete: bool) -> Body:
    """The onboarding page was answered."""
    state = "active" if complete else "inactive"
    account["capabilities"] = dict.fromkeys(account["capabilities"], state)
    account.update(
        charges_enabled=complete,
        details_submitted=complete,
        payouts_enabled=complete,
        requirements=_requirements([] if complete else _DUE),
    )
    world.store.put(account)
    world.announce("account.updated", account, {})
    return account

"""Connected accounts, by the first API, and every change of one whoever makes it.

One object serves both APIs: the body is what the first one shows, ``sandbox_…`` is what only we
and ``acts.core_accounts`` read.
"""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances, requirements
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

LINK_SECONDS = 300
_TOLD = ("capabilities", "payouts_enabled", "requirements")
CAPABILITY_EVENT = "v2.core.account[configuration.recipient].capability_status_updated"


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/accounts: everything is still due until onboarding is completed."""
    wanted = [name for name, cap in asked.get("capabilities", {}).items() if cap.get("requested")]
    kind = "none" if "controller" in asked else "express"
    account = blank(world, country=asked.get("country", "US"), wanted=wanted)
    account.update(
        business_type=asked.get("business_type"),
        email=asked.get("email"),
        metadata=asked.get("metadata", {}),
        type=asked.get("type", kind),
    )
    return world.store.add("account", account)


def blank(world: World, *, country: str, wanted: list[str]) -> Body:
    """A new account, not kept yet."""
    return requirements.derive(
        {
            "id": world.new_id("acct", 16),
            "object": "account",
            "business_profile": None,
            "business_type": None,
            "country": country.upper(),
            "created": world.now(),
            "default_currency": requirements.CURRENCIES.get(country.upper(), "usd"),
            "details_submitted": False,
            "email": None,
            "metadata": {},
            "type": "express",
            "sandbox_due": requirements.blank(),
            "sandbox_gone": "",
            "sandbox_rejected": "",
            "sandbox_wanted": wanted,
            "sandbox_core": {},
        }
    )


def may_receive(account: Body) -> bool:
    """Whether transfers to it are allowed."""
    return bool(account["capabilities"].get("transfers") == "active")


def need(world: World, account_id: str) -> Body:
    """The account, if it is one of ours.

    :raises errors.ApiError: 403, it does not exist or has left us.
    """
    account = world.store.get(account_id, "account")
    if account is None or account["sandbox_gone"] == "deauthorized" or account.get("deleted"):
        raise errors.ApiError(
            403,
            f"The provided key does not have access to account '{account_id}' (or that account "
            "does not exist). Application access may have been revoked.",
            code="account_invalid",
        )
    return account


def retrieve(world: World, asked: dict[str, Any], account: str) -> Body:
    """GET /v1/accounts/{id}."""
    return need(world, account)


def update(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v1/accounts/{id}."""
    found = need(world, account)
    found["email"] = asked.get("email", found["email"])
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def delete(world: World, asked: dict[str, Any], account: str) -> Body:
    """DELETE /v1/accounts/{id}, once its balance is empty."""
    found = need(world, account)
    if balances.available(world, found["default_currency"], account):
        raise errors.refused("The balance of this account is not zero.", "account_has_balance")
    world.store.put({**found, "sandbox_gone": "closed", "deleted": True})
    return {"id": account, "object": "account", "deleted": True}


def reject(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v1/accounts/{id}/reject."""
    found = need(world, account)
    found["sandbox_rejected"] = asked["reason"]
    return changed(world, found)


def changed(world: World, account: Body) -> Body:
    """Keep an account whose standing may have changed, and tell by both APIs what did."""
    stored = world.need("account", account["id"])
    before = {name: stored[name] for name in _TOLD}
    requirements.derive(account)
    world.store.put(account)
    differs = {name: value for name, value in before.items() if account[name] != value}
    if differs:
        world.announce("account.updated", account, differs, account["id"])
        world.tell("v2.core.account.updated", account["id"])
    if "requirements" in differs:
        world.tell("v2.core.account[requirements].updated", account["id"])
    if requirements.status(stored) != requirements.status(account):
        named = {"updated_capability": "stripe_balance.stripe_transfers"}
        world.tell(CAPABILITY_EVENT, account["id"], named)
        for name in account["sandbox_wanted"]:
            seen = {"status": before["capabilities"].get(name)}
            world.announce("capability.updated", capability(account, name), seen, account["id"])
    return account


def capability(account: Body, name: str) -> Body:
    """One capability as the first API shows it."""
    state = account["capabilities"][name]
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "requested": True,
        "requested_at": account["created"],
        "requirements": account["requirements"],
        "status": state,
    }


def grow_overdue(world: World, account_id: str) -> None:
    """A deadline of one of its requirements has come."""
    account = world.need("account", account_id)
    requirements.grow_overdue(account, world.now())
    changed(world, account)


def deauthorize(world: World, account: Body) -> Body:
    """The account cut us off: nothing can be asked of it or sent to it any more."""
    world.store.put({**account, "sandbox_gone": "deauthorized"})
    application = {"id": "ca_sandbox", "object": "application", "name": "SoulSeer"}
    world.announce("account.application.deauthorized", application, account=account["id"])
    return account


def link(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/account_links: a single-use way to the onboarding page."""
    account = need(world, asked["account"])
    url = open_way(world, account, asked["type"], asked["refresh_url"], asked["return_url"])
    return {
        "object": "account_link",
        "created": world.now(),
        "expires_at": world.now() + LINK_SECONDS,
        "url": url,
    }


def open_way(
    world: World, account: Body, use_case: str, refresh_url: str, return_url: str | None
) -> str:
    """The address of an onboarding page that can be opened once, within five minutes."""
    token = world.new_id("x", 32)[2:]
    facts = {
        "account": account["id"],
        "expires": world.now() + LINK_SECONDS,
        "refresh_url": refresh_url,
        "return_url": return_url,
        "use_case": use_case,
    }
    world.store.remember(f"onboarding:{token}", facts)
    return f"{world.base_url}/onboard/{token}"


def onboarded(world: World, account: Body, *, complete: bool) -> Body:
    """The onboarding page was answered with everything, or everything was taken back."""
    account["sandbox_due"] = [] if complete else requirements.blank()
    return changed(world, account)


def login_link(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v1/accounts/{id}/login_links: a way to the reader's own Stripe pages."""
    found = need(world, account)
    if not found["details_submitted"]:
        raise errors.refused(
            "Cannot create a login link for an account that has not completed onboarding."
        )
    token = world.new_id("x", 32)[2:]
    world.store.remember(f"login:{token}", {"account": account})
    return {
        "object": "login_link",
        "created": world.now(),
        "url": f"{world.base_url}/express/{token}",
    }

"""Connected accounts by the second API: JSON, ``include``, configurations, entries."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import accounts, lists, requirements
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World, instant

_OBJECT = "v2.core.account"
_PLAIN = ("contact_email", "contact_phone", "dashboard", "display_name")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v2/core/accounts, with a recipient configuration or none."""
    _check(asked)
    country = asked.get("identity", {}).get("country", "us")
    account = accounts.blank(world, country=country, wanted=_wanted(asked))
    account["sandbox_core"] = {
        **{name: asked.get(name) for name in _PLAIN},
        "entity_type": asked.get("identity", {}).get("entity_type"),
        "profile": asked.get("defaults", {}).get("profile"),
        "responsibilities": asked.get("defaults", {}).get("responsibilities", {}),
        "applied": ["recipient"] if "recipient" in asked.get("configuration", {}) else [],
    }
    account.update(email=asked.get("contact_email"), metadata=asked.get("metadata", {}))
    world.store.add("account", account)
    world.tell("v2.core.account.created", account["id"])
    return present(account, asked.get("include", []))


def _wanted(asked: dict[str, Any]) -> list[str]:
    recipient = asked.get("configuration", {}).get("recipient", {})
    balance = recipient.get("capabilities", {}).get("stripe_balance", {})
    return ["transfers"] if balance.get("stripe_transfers", {}).get("requested") else []


def _check(asked: dict[str, Any]) -> None:
    """What has to be known before an account can ask for a capability."""
    if not _wanted(asked):
        return
    needed = {
        "identity.country": asked.get("identity", {}).get("country"),
        "defaults.responsibilities": asked.get("defaults", {}).get("responsibilities"),
        "dashboard": asked.get("dashboard"),
    }
    if asked.get("dashboard") == "express":
        needed["contact_email"] = asked.get("contact_email")
    for name, value in needed.items():
        if not value:
            raise errors.malformed(f"Missing required field: {name}.", name, "missing_field")


def _need(world: World, account_id: str) -> Body:
    account = world.store.get(account_id, "account")
    if account is None or account.get("deleted"):
        raise errors.ApiError(404, f"Account not found: {account_id}", code="not_found")
    return accounts.need(world, account_id)


def retrieve(world: World, asked: dict[str, Any], account: str) -> Body:
    """GET /v2/core/accounts/{id}; sub-objects are null unless ``include`` names them."""
    return present(_need(world, account), asked.get("include", []))


def update(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v2/core/accounts/{id}."""
    found = _need(world, account)
    if found["sandbox_gone"]:
        raise errors.refused("This account is closed.", "account_closed")
    core = found["sandbox_core"]
    core.update({name: asked[name] for name in _PLAIN if name in asked})
    if _wanted(asked):
        found["sandbox_wanted"], core["applied"] = ["transfers"], ["recipient"]
    found["email"] = asked.get("contact_email", found["email"])
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    accounts.changed(world, found)
    return present(found, asked.get("include", []))


def close(world: World, asked: dict[str, Any], account: str) -> Body:
    """POST /v2/core/accounts/{id}/close: it can be paid no more."""
    found = _need(world, account)
    found["sandbox_gone"] = "closed"
    found["sandbox_rejected"] = "other"
    accounts.changed(world, found)
    world.tell("v2.core.account.closed", account)
    return present(found, [])


def page(world: World, asked: dict[str, Any]) -> Body:
    """GET /v2/core/accounts."""
    found = lists.core_page(world, "account", asked, "/v2/core/accounts")
    return {**found, "data": [present(account, []) for account in found["data"]]}


def present(account: Body, include: list[str]) -> Body:
    """The account as the second API shows it."""
    core = account["sandbox_core"]
    return {
        "id": account["id"],
        "object": _OBJECT,
        "applied_configurations": core.get("applied", ["recipient"]),
        "closed": bool(account["sandbox_gone"]),
        "configuration": _configuration(account, include),
        "contact_email": account["email"],
        "contact_phone": core.get("contact_phone"),
        "created": instant(account["created"]),
        "dashboard": core.get("dashboard") or "express",
        "defaults": _defaults(account) if "defaults" in include else None,
        "display_name": core.get("display_name"),
        "future_requirements": None,
        "identity": _identity(account) if "identity" in include else None,
        "livemode": False,
        "metadata": account["metadata"],
        "requirements": _requirements(account) if "requirements" in include else None,
    }


def _configuration(account: Body, include: list[str]) -> Body | None:
    if not any(name.startswith("configuration.") for name in include):
        return None
    shown: Body = {"customer": None, "merchant": None, "recipient": None}
    if "configuration.recipient" in include and account["sandbox_wanted"]:
        word, code = requirements.status(account)
        resolution = "provide_info" if code == "requirements_past_due" else "contact_stripe"
        if code == "requirements_pending_verification":
            resolution = "no_resolution"
        state = {
            "status": word,
            "status_details": [{"code": _code(code), "resolution": resolution}] if code else [],
        }
        balance = {"payouts": state, "stripe_transfers": state}
        shown["recipient"] = {
            "applied": True,
            "capabilities": {
                "bank_accounts": None,
                "cards": None,
                "stripe_balance": balance,
            },
        }
    return shown


def _code(code: str) -> str:
    known = ("rejected_fraud", "rejected_listed", "rejected_terms_of_service")
    return code if not code.startswith("rejected_") or code in known else "rejected_other"


def _defaults(account: Body) -> Body:
    asked = account["sandbox_core"].get("responsibilities") or {}
    return {
        "currency": account["default_currency"],
        "locales": None,
        "payout_methods": None,
        "profile": account["sandbox_core"].get("profile"),
        "responsibilities": {
            "fees_collector": asked.get("fees_collector", "application"),
            "losses_collector": asked.get("losses_collector", "application"),
            "requirements_collector": "stripe",
        },
    }


def _identity(account: Body) -> Body:
    return {
        "attestations": None,
        "business_details": None,
        "country": account["country"].lower(),
        "entity_type": account["sandbox_core"].get("entity_type"),
        "individual": None,
    }


def _requirements(account: Body) -> Body:
    entries = [_entry(due) for due in account["sandbox_due"]]
    order = ("past_due", "currently_due", "eventually_due")
    soonest = sorted(account["sandbox_due"], key=lambda due: order.index(due["deadline"]))
    summary = None
    if soonest:
        at = soonest[0]["at"]
        deadline = {"status": soonest[0]["deadline"], "time": instant(at) if at else None}
        summary = {"minimum_deadline": deadline}
    return {"alternatives": [], "entries": entries, "summary": summary}


def _entry(due: Body) -> Body:
    deadline = {"status": due["deadline"]}
    restricted = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": deadline,
    }
    return {
        "awaiting_action_from": due["from"],
        "description": requirements.FIELDS[due["field"]].v2,
        "errors": [],
        "impact": {"restricts_capabilities": [restricted]},
        "minimum_deadline": deadline,
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def link(world: World, asked: dict[str, Any]) -> Body:
    """POST /v2/core/account_links: a single-use way to the onboarding page."""
    account = _need(world, asked["account"])
    use_case = asked["use_case"]
    wanted = use_case.get(use_case["type"])
    if not wanted or not wanted.get("refresh_url"):
        name = f"use_case.{use_case['type']}.refresh_url"
        raise errors.malformed(f"Missing required field: {name}.", name, "missing_field")
    back = wanted.get("return_url")
    url = accounts.open_way(world, account, use_case["type"], wanted["refresh_url"], back)
    given = {"collection_options": None, "return_url": None, **wanted}
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": instant(world.now()),
        "expires_at": instant(world.now() + accounts.LINK_SECONDS),
        "livemode": False,
        "url": url,
        "use_case": {
            "account_onboarding": None,
            "account_update": None,
            "type": use_case["type"],
            use_case["type"]: given,
        },
    }

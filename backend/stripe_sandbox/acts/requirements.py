"""What a connected account still owes before it may be paid, and what follows from it.

An account keeps ``sandbox_due``: a list of ``{"field", "deadline", "from", "at"}``. ``deadline`` is
``eventually_due``, ``currently_due`` or ``past_due``; ``from`` is ``user``, or ``stripe`` while it
verifies; ``at`` is the second at which a currently due one grows past due, or None. Capabilities
and the ``requirements`` of both APIs are read off that list.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

DEADLINES = ("eventually_due", "currently_due", "past_due")
CURRENCIES = {
    "AU": "aud",
    "CA": "cad",
    "DE": "eur",
    "ES": "eur",
    "FR": "eur",
    "GB": "gbp",
    "IE": "eur",
    "IT": "eur",
    "NL": "eur",
    "US": "usd",
}


@dataclass(frozen=True)
class Field:
    """One thing to give: its name in the second API, and how the page asks for it."""

    v2: str
    title: str


FIELDS = {
    "individual.first_name": Field("identity.individual.given_name", "Your legal name"),
    "external_account": Field(
        "configuration.recipient.default_outbound_destination", "A bank account or debit card"
    ),
    "tos_acceptance.date": Field(
        "identity.attestations.terms_of_service.account", "Your consent to Stripe's terms"
    ),
    "individual.id_number": Field("identity.individual.id_numbers", "Your tax number"),
    "individual.address.line1": Field("identity.individual.address", "Your home address"),
    "individual.verification.document": Field(
        "identity.individual.documents.primary_verification", "A photo of your passport or id card"
    ),
}
AT_FIRST = ("individual.first_name", "external_account", "tos_acceptance.date")


def blank() -> list[Body]:
    """What a new account owes."""
    return [_due(field, "past_due") for field in AT_FIRST]


def _due(field: str, deadline: str, at: int | None = None) -> Body:
    return {"field": field, "deadline": deadline, "from": "user", "at": at}


def add(
    world: World, account: Body, fields: list[str], deadline: str, seconds: float | None = None
) -> None:
    """Stripe asks for more; with ``seconds`` a currently due field grows past due by itself.

    :raises errors.ApiError: 400, an unknown field or deadline.
    """
    if deadline not in DEADLINES or not FIELDS.keys() >= set(fields):
        raise errors.malformed(
            f"add takes {sorted(FIELDS)}, deadline {DEADLINES}.", "add", "parameter_invalid"
        )
    remove(account, fields)
    at = None if seconds is None else int(world.now() + seconds)
    account["sandbox_due"] += [_due(field, deadline, at) for field in fields]
    if seconds is not None:
        world.later(seconds, "requirement_due", account["id"])


def remove(account: Body, fields: list[str]) -> None:
    """These are no longer asked for."""
    account["sandbox_due"] = [due for due in account["sandbox_due"] if due["field"] not in fields]


def verify(account: Body, fields: list[str]) -> None:
    """The reader gave these; Stripe checks them and nobody waits for the reader."""
    for due in account["sandbox_due"]:
        if due["field"] in fields:
            due["from"] = "stripe"


def grow_overdue(account: Body, now: int) -> None:
    """Currently due fields whose second has come are past due."""
    for due in account["sandbox_due"]:
        if due["at"] is not None and due["at"] <= now and due["from"] == "user":
            due.update(deadline="past_due", at=None)


def status(account: Body) -> tuple[str, str]:
    """Whether the account may be paid, in the second API's words, and the code of why not."""
    if account["sandbox_rejected"]:
        return "rejected", "rejected_" + account["sandbox_rejected"]
    if account["country"] not in CURRENCIES:
        return "unsupported", "unsupported_country"
    overdue = [due for due in account["sandbox_due"] if due["deadline"] == "past_due"]
    if any(due["from"] == "user" for due in overdue):
        return "restricted", "requirements_past_due"
    if overdue:
        return "pending", "requirements_pending_verification"
    return "active", ""


def derive(account: Body) -> Body:
    """Write what the first API shows of it onto the account."""
    word, code = status(account)
    state = {"active": "active", "pending": "pending"}.get(word, "inactive")
    account["capabilities"] = dict.fromkeys(account["sandbox_wanted"], state)
    able = word == "active"
    given = not any(due["field"] in AT_FIRST for due in account["sandbox_due"])
    asked = [due for due in account["sandbox_due"] if due["from"] == "user"]
    checked = [due["field"] for due in account["sandbox_due"] if due["from"] == "stripe"]
    deadlines = [due["at"] for due in asked if due["at"] is not None]
    account.update(
        charges_enabled=able,
        details_submitted=account["details_submitted"] or given or bool(checked),
        payouts_enabled=able,
        requirements={
            "alternatives": [],
            "current_deadline": min(deadlines, default=None),
            "currently_due": _fields(asked, "currently_due", "past_due"),
            "disabled_reason": _disabled_reason(account, word, code),
            "errors": [],
            "eventually_due": _fields(asked, *DEADLINES),
            "past_due": _fields(asked, "past_due"),
            "pending_verification": checked,
        },
    )
    return account


def _fields(due: list[Body], *deadlines: str) -> list[str]:
    return [one["field"] for one in due if one["deadline"] in deadlines]


def _disabled_reason(account: Body, word: str, code: str) -> str | None:
    if word == "rejected":
        return f"rejected.{account['sandbox_rejected']}"
    reasons = {
        "requirements_past_due": "requirements.past_due",
        "requirements_pending_verification": "requirements.pending_verification",
        "unsupported_country": "other",
    }
    return reasons.get(code)

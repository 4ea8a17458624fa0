"""Paying readers: connected accounts by both APIs, transfers, thin events."""

from __future__ import annotations

from backend.stripe_sandbox import specs
from backend.stripe_sandbox import specs_connect as connect
from backend.stripe_sandbox.acts import accounts, core_accounts, core_events, lists, transfers
from backend.stripe_sandbox.parameters import Many
from backend.stripe_sandbox.routing import Endpoint, crud, listing

_ACCOUNTS = "/v2/core/accounts"
_EVENTS = "/v2/core/events"
_DESTINATIONS = "/v2/core/event_destinations"
_SEE = {"include": connect.INCLUDE}

CONNECT: list[Endpoint] = [
    Endpoint(
        "POST",
        "/v1/transfers",
        transfers.create,
        specs.TRANSFER,
        ("amount", "currency", "destination"),
    ),
    listing("transfer", "/v1/transfers", destination=str, transfer_group=str),
    *crud("/v1/transfers", transfers, "transfer", specs.TRANSFER_UPDATE),
    Endpoint("POST", "/v1/transfers/{transfer}/reversals", transfers.reverse, specs.REVERSAL),
    Endpoint(
        "GET",
        "/v1/transfers/{transfer}/reversals",
        lists.of("transfer_reversal", "/v1/transfers/{transfer}/reversals"),
        specs.CURSORS,
    ),
    Endpoint("GET", "/v1/transfers/{transfer}/reversals/{reversal}", transfers.retrieve_reversal),
    Endpoint("POST", "/v1/accounts", accounts.create, connect.ACCOUNT),
    listing("account", "/v1/accounts"),
    *crud("/v1/accounts", accounts, "account", connect.ACCOUNT_UPDATE),
    Endpoint("DELETE", "/v1/accounts/{account}", accounts.delete),
    Endpoint(
        "POST",
        "/v1/accounts/{account}/reject",
        accounts.reject,
        {"reason": connect.REJECTION},
        ("reason",),
    ),
    Endpoint("POST", "/v1/accounts/{account}/login_links", accounts.login_link),
    Endpoint(
        "POST",
        "/v1/account_links",
        accounts.link,
        connect.ACCOUNT_LINK,
        ("account", "type", "return_url", "refresh_url"),
    ),
]

CORE: list[Endpoint] = [
    Endpoint("POST", _ACCOUNTS, core_accounts.create, connect.CORE_ACCOUNT),
    Endpoint("GET", _ACCOUNTS, core_accounts.page, connect.CORE_PAGE),
    Endpoint("GET", f"{_ACCOUNTS}/{{account}}", core_accounts.retrieve, _SEE),
    Endpoint("POST", f"{_ACCOUNTS}/{{account}}", core_accounts.update, connect.CORE_ACCOUNT_UPDATE),
    Endpoint(
        "POST",
        f"{_ACCOUNTS}/{{account}}/close",
        core_accounts.close,
        {"applied_configurations": Many(str)},
    ),
    Endpoint(
        "POST",
        "/v2/core/account_links",
        core_accounts.link,
        connect.CORE_LINK,
        ("account", "use_case.type"),
    ),
    Endpoint(
        "GET",
        _EVENTS,
        core_events.events,
        {**connect.CORE_PAGE, "object_id": str, "types": Many(str)},
    ),
    Endpoint("GET", f"{_EVENTS}/{{event}}", core_events.retrieve_event),
    Endpoint(
        "POST",
        _DESTINATIONS,
        core_events.create,
        connect.DESTINATION,
        ("name", "type", "event_payload", "enabled_events", "webhook_endpoint.url"),
    ),
    Endpoint("GET", _DESTINATIONS, core_events.destinations, connect.CORE_PAGE),
    *crud(_DESTINATIONS, core_events, "destination", connect.DESTINATION_UPDATE),
    Endpoint("POST", f"{_DESTINATIONS}/{{destination}}/enable", core_events.enable),
    Endpoint("POST", f"{_DESTINATIONS}/{{destination}}/disable", core_events.disable),
    Endpoint("DELETE", f"{_DESTINATIONS}/{{destination}}", core_events.delete),
]

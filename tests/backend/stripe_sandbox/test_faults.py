"""Faults on everything that moves money: before, after, and never twice by one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import RECIPIENT
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox
Act = Callable[[StripeClient, str, str, Any], Any]
Count = Callable[[StripeClient], int]


@dataclass(frozen=True)
class Door:
    """One POST, and how many of its effects there are. An act takes a payment and a reader."""

    path: str
    act: Act
    count: Count


def _refund(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    return stripe.v1.refunds.create({"payment_intent": paid, "amount": 100}, options)


def _transfer(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    return stripe.v1.transfers.create(
        {"amount": 100, "currency": "usd", "destination": reader}, options
    )


def _payout(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    return stripe.v1.payouts.create({"amount": 100, "currency": "usd"}, options)


def _charge(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    asked: Any = {
        "amount": 500,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
    }
    return stripe.v1.payment_intents.create(asked, options)


def _setup(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    return stripe.v1.setup_intents.create({"payment_method": "pm_card_visa"}, options)


def _account(stripe: StripeClient, paid: str, reader: str, options: Any) -> Any:
    return stripe.v2.core.accounts.create(RECIPIENT, options)


DOORS = (
    Door("/v1/refunds", _refund, lambda s: len(s.v1.refunds.list().data)),
    Door("/v1/transfers", _transfer, lambda s: len(s.v1.transfers.list().data)),
    Door("/v1/payouts", _payout, lambda s: len(s.v1.payouts.list().data)),
    Door("/v1/payment_intents", _charge, lambda s: len(s.v1.payment_intents.list().data) - 1),
    Door("/v1/setup_intents", _setup, lambda s: len(s.v1.setup_intents.list().data)),
    Door("/v2/core/accounts", _account, lambda s: len(s.v2.core.accounts.list().data) - 1),
)
EFFECTS = {
    "hang_before": 0,
    "reset": 0,
    "429": 0,
    "409": 0,
    "409_in_progress": 0,
    "500_before": 0,
    "hang_after": 1,
    "reset_after": 1,
    "500_after": 1,
}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.path)
@pytest.mark.parametrize("kind", EFFECTS)
def test_a_fault_leaves_no_effect_or_one(
    sandbox: Sandbox, stripe: StripeClient, paid: str, reader: str, door: Door, kind: str
) -> None:
    sandbox.fund(1000)
    sandbox.fault(kind, f"POST {door.path}", seconds=1)
    hasty, options = sandbox.client(seconds=0.4), {"idempotency_key": "once"}
    with pytest.raises(sdk.StripeError):
        door.act(hasty, paid, reader, options)
    assert door.count(stripe) == EFFECTS[kind]
    is_kept = kind.startswith("500") and door.path.startswith("/v1")
    if is_kept:
        with pytest.raises(sdk.APIError):
            door.act(stripe, paid, reader, options)
    else:
        _until_free(lambda: door.act(stripe, paid, reader, options))
    assert door.count(stripe) == (EFFECTS[kind] if is_kept else 1)


def _until_free(again: Callable[[], Any]) -> None:
    """A request that hangs still holds its key: ask again until it lets go."""
    while True:
        try:
            again()
        except sdk.StripeError as error:  # APIError by the first API, IdempotencyError by v2
            if error.http_status != 409:
                raise
        else:
            return
